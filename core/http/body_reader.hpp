#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/base/result.hpp"
#include "core/http/head.hpp"

namespace postern::http {

enum class BodyError : std::uint8_t {
  Malformed,  ///< Chunk framing is broken: nothing behind this point can be trusted.
  Overhead,   ///< Extensions, leading zeros or trailers are larger than any honest sender makes
              ///< them.
};

/// Takes the framing off one message body, piece by piece. 24 bytes of state, no buffer.
///
/// Why chunks are not left to llhttp: its strict mode accepts chunk extensions and trailers without
/// a limit and reports them by callbacks, and its 100-byte state would have to be primed with a
/// head that this room has already judged. The grammar without extensions' meaning is small (RFC
/// 9112 section 7.1); every byte of it is checked here, and what is dropped is bounded.
class BodyReader {
 public:
  /// Bytes one chunk line may spend besides its size, and all chunk lines of a body together beyond
  /// one per 16 bytes of content.
  static constexpr std::uint32_t line_overhead_max = 256;
  static constexpr std::uint32_t overhead_max = 16 * 1024;
  static constexpr std::uint32_t trailer_bytes_max = 8 * 1024;

  void begin(BodyFraming framing, std::uint64_t content_length);

  struct Step {
    std::size_t consumed;  ///< Of the input.
    std::size_t produced;  ///< Content bytes in the output.
  };
  /// Moves content from `input` to `output` (which do not overlap) until one of them is used up or
  /// the body ends.
  Result<Step, BodyError> read(std::string_view input, std::span<char> output);

  /// The last byte of the message was read.
  [[nodiscard]] bool complete() const { return state_ == State::Done; }
  /// The sender has closed: true if that is how this body ends, and it is complete now; false if it
  /// was cut off.
  bool end_of_stream();

 private:
  enum class State : std::uint8_t {
    Done,
    Counted,  ///< `left_` bytes of content until the end.
    UntilClose,
    Size,           ///< In the digits of a chunk's size.
    ExtensionWord,  ///< First byte of a name or value in a chunk extension.
    Extension,      ///< The rest of it, up to CR.
    SizeLf,
    Data,  ///< `left_` bytes of this chunk.
    DataCr,
    DataLf,
    LineStart,  ///< First byte of a trailer line, or CR of the end.
    TrailerName,
    TrailerValue,
    TrailerLf,
    FinalLf,
  };
  bool line_byte(char c);
  bool size_digit(char c);
  bool trailer_byte(char c);
  bool spend(std::uint32_t bytes);

  State state_ = State::Done;
  bool digits_ = false;  ///< At least one digit of the size was seen.
  bool too_long_ = false;
  std::uint16_t line_bytes_ = 0;  ///< Of the present chunk line or trailer section.
  std::uint32_t overhead_ = 0;    ///< Bytes of framing not yet excused by content.
  std::uint64_t left_ = 0;
};

}  // namespace postern::http
