#pragma once

#include <cstdint>
#include <deque>
#include <functional>
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

/// A server behind the gateway that answers as told and remembers everything it was sent.
class Upstream {
 public:
  struct Answer {
    enum class Framing : std::uint8_t { Length, Chunked, UntilEnd, None };
    Framing framing = Framing::Length;  ///< None: 204 and 304.
    int status = 200;
    std::vector<std::pair<std::string, std::string>> fields;
    std::string body;
    unsigned interim_count = 0;  ///< 103 answers before the final one.
    Duration delay;              ///< Before the answer.
    Duration gap;                ///< In the middle of the body.
    bool early = false;          ///< Answers as soon as the head is there; reads on.
    bool silent = false;         ///< Never answers.
    /// The connection dies after that many bytes of the answer; SIZE_MAX: it does not.
    std::size_t dies_after = SIZE_MAX;
    bool dies_by_fin = false;  ///< Ends in the middle instead of a reset.
    bool torn = false;         ///< Where it ends the connection, it does so without a farewell.
    bool close = false;        ///< Says Connection: close and does it.
    bool vanish_idle = false;  ///< Says nothing, and closes when idle: the next request may meet a
                               ///< dead connection.
    bool tunnel = false;       ///< 101, then echoes.

    /// The connection dies before the last byte.
    [[nodiscard]] bool dies(bool for_head_request) const;
  };

  /// A request as far as it has arrived.
  struct Seen {
    Message message;
    MonotonicTime at;
    bool whole = false;
  };

  /// `plan` is asked once per request, when its head is complete.
  Upstream(World& world, std::function<Answer(const Message& head)> plan)
      : world_(world), plan_(std::move(plan)) {}

  /// The far end of one connection.
  std::shared_ptr<Peer> answer();
  [[nodiscard]] const std::deque<Seen>& seen() const { return seen_; }

 private:
  class Conversation;

  World& world_;
  std::function<Answer(const Message&)> plan_;
  std::deque<Seen> seen_;
};

}  // namespace postern::platform::sim
