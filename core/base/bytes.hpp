#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace postern {

/// ASCII only; bytes outside A-Z pass unchanged. Locale plays no part.
constexpr char ascii_lower(char c) {
  return (c >= 'A' && c <= 'Z') ? static_cast<char>(c | 0x20) : c;
}

/// Equal without regard to ASCII case. O(length).
constexpr bool equal_ignoring_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (ascii_lower(a[i]) != ascii_lower(b[i])) return false;
  }
  return true;
}

/// `text` without the spaces and tabs at its beginning and end (OWS of RFC 9110 section 5.6.3).
constexpr std::string_view without_blanks(std::string_view text) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

inline std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline std::span<const std::byte> as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

/// Appends to memory of fixed size and remembers whether everything fitted.
/// Once something did not fit, nothing more is written and `ok()` stays false:
/// check once at the end instead of after each piece.
class ByteWriter {
 public:
  explicit ByteWriter(std::span<char> memory)
      : begin_(memory.data()), at_(begin_), end_(begin_ + memory.size()) {}
  ByteWriter(char* begin, std::size_t size) : ByteWriter(std::span<char>(begin, size)) {}

  void text(std::string_view s) {
    if (s.size() > room() || !ok_) {
      ok_ = false;
      return;
    }
    if (!s.empty()) std::memcpy(at_, s.data(), s.size());
    at_ += s.size();
  }
  void character(char c) { text({&c, 1}); }
  void number(std::uint64_t value) {
    char digits[20];
    std::size_t first = sizeof digits;
    do {
      digits[--first] = static_cast<char>('0' + value % 10);
      value /= 10;
    } while (value != 0);
    text({digits + first, sizeof digits - first});
  }
  void signed_number(std::int64_t value) {
    if (value < 0) character('-');
    number(value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value));
  }

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] std::size_t room() const { return static_cast<std::size_t>(end_ - at_); }
  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(at_ - begin_); }
  /// Takes back all but the first `size` bytes. REQUIRES: so many were written.
  void cut(std::size_t size) { at_ = begin_ + size; }
  /// Puts what was written from `second` on before what was written from `first` to there, which is
  /// how something begins with the length of what follows it. REQUIRES: first <= second <= size().
  void swap_parts(std::size_t first, std::size_t second) {
    std::rotate(begin_ + first, begin_ + second, at_);
  }

  /// What was written so far; valid as long as the memory given at construction.
  [[nodiscard]] std::string_view written() const { return {begin_, size()}; }

 private:
  char* begin_;
  char* at_;
  char* end_;
  bool ok_ = true;
};

}  // namespace postern
