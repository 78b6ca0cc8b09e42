#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "core/base/bytes.hpp"
#include "firmware/mcu/board.hpp"

namespace postern::firmware {

/// Sends lines to the UART and waits until it has taken them. Before the loop runs, when there is
/// nothing else to do; the loop itself never waits.
inline void say(std::string_view text) {
  while (!text.empty()) text.remove_prefix(board::log(as_bytes(text)));
}
inline void say(std::initializer_list<std::string_view> pieces) {
  for (const std::string_view piece : pieces) say(piece);
}

/// A number as a piece of a line. It lives as long as the statement.
class Digits {
 public:
  explicit Digits(std::uint64_t value) { ByteWriter(digits_).number(value); }
  // NOLINTNEXTLINE(google-explicit-constructor): so that it stands among the pieces
  operator std::string_view() const { return digits_; }

 private:
  char digits_[24] = {};
};

}  // namespace postern::firmware
