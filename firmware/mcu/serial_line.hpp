#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace postern::firmware {

/// The serial line of a board: the log goes out on it, and questions come in.
///
/// A question is a line; an answer is a line too, and never stands inside one of the log:
///
///     out   {"time":…,"path":"/readings/",…}
///     in    counters
///     out   {"clock":"synchronised","store_failures":0,"connections_accepted":4,…}
///
/// Who has the line has the board: nothing is asked of him, and nothing here changes anything.
class SerialLine {
 public:
  /// board::log(): takes as many bytes as there is room for, without waiting; how many.
  using Write = std::size_t (*)(std::span<const std::byte>);

  /// `answer`: memory for the longest answer, and the line's end.
  constexpr SerialLine(Write write, std::span<char> answer) : write_(write), memory_(answer) {}

  /// Bytes of the log, as board::log() takes them. 0: an answer is going out; later.
  std::size_t log(std::span<const std::byte> bytes);

  /// Bytes that came in. True: they end the line "counters", and the caller shall answer().
  /// Any other line, and one that is too long, is passed over. While an answer is on its way,
  /// what comes in is lost: whoever asks waits for the answer.
  bool came_in(std::span<const std::byte> bytes);

  /// Where the answer is written to: room for all of it but the line's end.
  [[nodiscard]] std::span<char> answer_room() const { return memory_.first(memory_.size() - 1); }
  /// The first `bytes` of answer_room() go out next, as a line.
  /// REQUIRES: came_in() has just said true.
  void answer(std::size_t bytes);

  /// Sends of the answer what there is room for. To be called every turn.
  void turn();

 private:
  [[nodiscard]] bool answering() const { return sent_ < answer_bytes_; }

  Write write_;
  std::span<char> memory_;
  std::size_t answer_bytes_ = 0;
  std::size_t sent_ = 0;
  bool mid_line_ = false;  ///< Of the log.
  std::array<char, 16> question_{};
  std::size_t question_bytes_ = 0;  ///< Those that came; what is beyond question_ is not kept.
};

}  // namespace postern::firmware
