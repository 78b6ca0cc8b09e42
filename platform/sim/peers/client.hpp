#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.hpp"
#include "platform/sim/peer.hpp"
#include "platform/sim/peers/message_reader.hpp"
#include "platform/sim/world.hpp"

namespace postern::platform::sim {

/// A client that does what its script says and writes down what it gets.
class Client final : public Peer, public std::enable_shared_from_this<Client> {
 public:
  struct Step {
    enum class Kind : std::uint8_t {
      Send,   ///< `bytes`; `gap` not zero: one byte, then that pause, and so on (a slowloris).
      Pause,  ///< For `gap`.
      AwaitAnswers,  ///< Until `count` final answers have come since the start.
      AwaitInterim,  ///< Until `count` answers, 1xx included, have come since the start.
      ReadSlowly,    ///< From now on at most `count` bytes per `gap`; 0: not at all.
      Finish,        ///< End our direction, go on reading.
      Close,
      Reset,
    };
    Kind kind = Kind::Pause;
    std::string bytes;
    Duration gap;
    std::size_t count = 0;
  };

  struct Answer {
    Message message;
    MonotonicTime at;
  };

  /// How the connection ended, as this client saw it.
  enum class End : std::uint8_t {
    Open,   ///< Not yet.
    Clean,  ///< The gateway ended its direction.
    Lost,   ///< Reset, or never accepted.
    Ours,   ///< Closed or reset by this script.
  };

  Client(World& world, std::vector<Step> script) : world_(world), script_(std::move(script)) {}

  /// Requests that follow each other on this connection: which of them are HEAD.
  std::vector<bool> head_requests;
  /// Leave the connection open after the script; otherwise it is closed when the script is over.
  bool stays = false;

  void opened(Wire& wire) override;
  void received(Wire& wire, std::string_view bytes) override;
  void ended(Wire& wire) override;
  void lost(Wire& wire) override;
  /// Nobody listens any more.
  void turned_away() { finish(End::Lost); }

  [[nodiscard]] const std::vector<Answer>& answers() const { return answers_; }
  [[nodiscard]] std::size_t interim_count() const { return interim_count_; }
  [[nodiscard]] End end() const { return end_; }
  [[nodiscard]] MonotonicTime opened_at() const { return opened_at_; }
  [[nodiscard]] MonotonicTime ended_at() const { return ended_at_; }
  [[nodiscard]] MonotonicTime sent_at() const { return sent_at_; }
  [[nodiscard]] bool script_over() const { return next_ == script_.size(); }
  /// An answer had begun when the connection ended.
  [[nodiscard]] bool cut_short() const { return cut_short_; }
  /// What is not HTTP in what the gateway sent; empty if all was well.
  [[nodiscard]] const std::string& broken() const { return reader_.broken(); }
  /// Bytes that came through after a 101.
  [[nodiscard]] const std::string& tunnel() const { return tunnel_; }

 private:
  void run();
  bool perform(const Step& step);
  void wait(Duration gap);
  void read_answers();
  void finish(End how);

  World& world_;
  std::vector<Step> script_;
  std::size_t next_ = 0;
  std::size_t trickled_ = 0;
  bool waiting_ = false;
  bool waited_ = false;
  Wire* wire_ = nullptr;
  MessageReader reader_{MessageReader::Kind::Answer};
  std::vector<Answer> answers_;
  std::size_t interim_count_ = 0;
  bool tunnelling_ = false;
  std::string tunnel_;
  End end_ = End::Open;
  bool cut_short_ = false;
  MonotonicTime opened_at_;
  MonotonicTime ended_at_;
  MonotonicTime sent_at_;
};

}  // namespace postern::platform::sim
