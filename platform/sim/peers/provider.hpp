#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/time.hpp"
#include "platform/sim/peer.hpp"
#include "platform/sim/peers/message_reader.hpp"
#include "platform/sim/world.hpp"

namespace postern::platform::sim {

/// An authorization server with an introspection endpoint (RFC 7662) that answers each token as
/// told, counts, and watches that a token is never asked about twice at a time.
class Provider {
 public:
  /// How a token is answered.
  struct Verdict {
    enum class Kind : std::uint8_t {
      Json,       ///< `status` with `json`.
      Garbage,    ///< Bytes that are not HTTP.
      Truncated,  ///< The connection dies inside the body.
      Vanish,     ///< The connection dies instead of an answer.
      Silent,     ///< Nothing, for ever.
      Huge,       ///< A body far beyond any limit.
    };
    Kind kind = Kind::Json;
    std::string json = R"({"active":false})";
    int status = 200;
    Duration delay;        ///< Before the answer.
    bool chunked = false;  ///< How the body is delimited.
    bool close = false;    ///< End the connection after it.
    bool active = false;   ///< What `json` means, for the books.
  };

  struct Call {
    std::string token;
    MonotonicTime at;
  };

  /// `authorization` is what every call must carry. REQUIRES: both outlive the connections.
  Provider(World& world, std::string authorization)
      : world_(world), authorization_(std::move(authorization)) {}

  /// The far end of one connection.
  std::shared_ptr<Peer> answer();

  /// From now on. Tokens nobody mentioned are inactive.
  void set(const std::string& token, Verdict verdict) { verdicts_[token] = std::move(verdict); }
  [[nodiscard]] const std::vector<Call>& calls() const { return calls_; }
  [[nodiscard]] std::size_t calls_for(std::string_view token) const;
  /// An "active" answer for `token` was sent between the two times.
  [[nodiscard]] bool said_active(const std::string& token, MonotonicTime from,
                                 MonotonicTime to) const;

 private:
  class Conversation;
  /// A call that has not been answered yet.
  struct Question {
    Wire* wire;
    bool over = false;
  };

  std::shared_ptr<Question> ask(Wire& wire, const Message& request, const std::string& token);
  void say(Question& question, const std::string& token, const Verdict& verdict);

  World& world_;
  std::string authorization_;
  std::map<std::string, Verdict> verdicts_;
  std::map<std::string, std::vector<MonotonicTime>> active_answers_;
  std::map<std::string, std::vector<std::shared_ptr<Question>>> questions_;
  std::vector<Call> calls_;
};

}  // namespace postern::platform::sim
