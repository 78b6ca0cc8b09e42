#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/time.hpp"
#include "platform/sim/peer.hpp"
#include "platform/sim/peers/message_reader.hpp"
#include "platform/sim/world.hpp"

namespace postern::platform::sim {

/// An authorization server that answers each question as told, keeps books, and watches that the
/// same thing is never asked twice at a time.
class Provider {
 public:
  /// What stands at a path, and so what a call must look like.
  enum class Service : std::uint8_t {
    Introspection,  ///< RFC 7662: POST with a token, and with our credentials.
    UserInfo,       ///< OpenID Connect Core section 5.3: GET, with the token as credential.
    Document,       ///< Published for everybody: GET, with neither.
  };

  /// How a question is answered.
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
    std::string cache_control = "no-store";
    Duration delay;        ///< Before the answer.
    bool chunked = false;  ///< How the body is delimited.
    bool close = false;    ///< End the connection after it.
    bool good = false;  ///< What `json` means, for the books: an active token, a document of use.
  };

  /// What is asked: which path, and about which token; none for a document.
  struct Subject {
    std::string path;
    std::string token;
    friend auto operator<=>(const Subject&, const Subject&) = default;
  };
  struct Call {
    Subject about;
    MonotonicTime at;
    /// The connection had been used before: when it dies, this call may rightly be made again.
    bool reused = false;
  };
  /// A good answer, as it was sent.
  struct GoodAnswer {
    MonotonicTime at;
    std::string json;
  };

  /// `authorization`: our credentials. REQUIRES: both outlive the connections.
  Provider(World& world, std::string authorization)
      : world_(world), authorization_(std::move(authorization)) {}

  /// The far end of one connection.
  std::shared_ptr<Peer> answer();

  void serve(const std::string& path, Service service) { services_[path] = service; }
  /// From now on. Tokens nobody mentioned are refused, and documents are not there.
  void set(Subject about, Verdict verdict) { verdicts_[std::move(about)] = std::move(verdict); }
  void forget(const Subject& about) { verdicts_.erase(about); }

  [[nodiscard]] const std::vector<Call>& calls() const { return calls_; }
  [[nodiscard]] std::vector<MonotonicTime> calls_about(const Subject& about) const;
  /// In the order they were sent.
  [[nodiscard]] std::span<const GoodAnswer> good_answers(const Subject& about) const;
  /// A good answer was sent between the two times.
  [[nodiscard]] bool said_good(const Subject& about, MonotonicTime from, MonotonicTime to) const;

 private:
  class Conversation;
  /// A call that has not been answered yet.
  struct Question {
    Wire* wire;
    bool over = false;
  };

  void check(const Message& request, const Subject& about);
  std::shared_ptr<Question> ask(Wire& wire, const Subject& about, bool reused);
  void say(Question& question, const Subject& about, const Verdict& verdict);
  [[nodiscard]] Verdict verdict(const Subject& about) const;

  World& world_;
  std::string authorization_;
  std::map<std::string, Service> services_;
  std::map<Subject, Verdict> verdicts_;
  std::map<Subject, std::vector<GoodAnswer>> good_answers_;
  std::map<Subject, std::vector<std::shared_ptr<Question>>> questions_;
  std::vector<Call> calls_;
};

}  // namespace postern::platform::sim
