#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

#include "tests/unit/json/parsed.hpp"

namespace postern::test {

/// One JSON file of conformance data from outside (../shared/vectors).
class VectorFile {
 public:
  /// Nothing where the data is not installed: the test then skips and says so.
  static std::unique_ptr<VectorFile> open(const std::string& folder, const std::string& name) {
    const auto path = json::vectors(folder);
    if (!path) return nullptr;
    return std::make_unique<VectorFile>(json::contents(*path / name));
  }

  explicit VectorFile(const std::string& text)
      : document_(text, {.text_bytes_max = text.size(), .values_max = 1'000'000}) {}

  [[nodiscard]] bool ok() const { return document_.ok(); }
  [[nodiscard]] json::Value root() const { return document_.root(); }

 private:
  json::Parsed document_;
};

/// What a Wycheproof file says of its tests; each test program counts, so that a file that is cut,
/// or a reader that finds nothing, is not taken for success.
struct Tally {
  int valid = 0;
  int acceptable = 0;
  int invalid = 0;

  void count(std::string_view result) {
    ++(result == "valid" ? valid : result == "acceptable" ? acceptable : invalid);
  }
  friend bool operator==(const Tally&, const Tally&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Tally& tally) {
    return out << tally.valid << '/' << tally.acceptable << '/' << tally.invalid;
  }
};

/// Calls `visit(group, test)` for every test of a Wycheproof file, and counts them.
template <class Visit>
Tally for_each_test(const VectorFile& file, Visit visit) {
  Tally tally;
  for (const json::Value group : file.root().member("testGroups")) {
    for (const json::Value test : group.member("tests")) {
      tally.count(test.member("result").text());
      visit(group, test);
    }
  }
  return tally;
}

/// Names a test that is made once per file after that file.
inline constexpr auto named = [](const auto& info) { return std::string(info.param.name); };

/// "tcId 17 (comment)", for messages.
inline std::string title(json::Value test) {
  return "tcId " + std::string(test.member("tcId").number_text()) + " (" +
         std::string(test.member("comment").text()) + ")";
}

inline std::string unhex(std::string_view digits) {
  const auto value = [](char c) { return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; };
  std::string bytes;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    bytes += static_cast<char>(value(digits[i]) * 16 + value(digits[i + 1]));
  }
  return bytes;
}

inline constexpr std::string_view base64url_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// RFC 4648 section 5 without padding: for making tokens.
inline std::string base64url(std::string_view bytes) {
  std::string text;
  std::uint32_t bits = 0;
  int bit_count = 0;
  for (const char c : bytes) {
    bits = bits << 8 | static_cast<unsigned char>(c);
    for (bit_count += 8; bit_count >= 6; bit_count -= 6) {
      text += base64url_digits[bits >> (bit_count - 6) & 63];
    }
  }
  if (bit_count > 0) text += base64url_digits[bits << (6 - bit_count) & 63];
  return text;
}

/// The opposite, for reading vectors. Deliberately not the product's decoder, and tolerant of the
/// standard alphabet and of padding.
inline std::string unbase64(std::string_view text) {
  std::string bytes;
  std::uint32_t bits = 0;
  int bit_count = 0;
  for (char c : text) {
    if (c == '=') break;
    c = c == '+' ? '-' : c == '/' ? '_' : c;
    bits = bits << 6 | static_cast<std::uint32_t>(base64url_digits.find(c) & 63);
    bit_count += 6;
    if (bit_count >= 8) bytes += static_cast<char>(bits >> (bit_count -= 8) & 0xFF);
  }
  return bytes;
}

/// The body of a provider's answer in provider-answers: a text, or parts that repeat.
inline std::string body_of(json::Value answer) {
  std::string body(answer.member("body").present() ? answer.member("body").text() : "");
  if (answer.member("body_b64").present()) body = unbase64(answer.member("body_b64").text());
  for (const json::Value part : answer.member("parts")) {
    const auto times = part.member("times");
    for (std::int64_t i = times.present() ? *times.integer() : 1; i > 0; --i) {
      body += unbase64(part.member("b64").text());
    }
  }
  return body;
}

/// Its Content-Type; empty when it has none.
inline std::string content_type_of(json::Value answer) {
  for (const json::Value field : answer.member("headers")) {
    if (field.element(0).text() == "Content-Type") return std::string(field.element(1).text());
  }
  return "";
}

}  // namespace postern::test
