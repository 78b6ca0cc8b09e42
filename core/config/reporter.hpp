#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "core/base/bytes.hpp"
#include "core/config/findings.hpp"
#include "core/config/spot.hpp"

namespace postern::config {

/// A short text of its own, for a value or a number inside a finding; longer ones end in "...".
class Shown {
 public:
  /// A value of the file; arrays and objects are named, not written out.
  explicit Shown(const json::Value& value);
  /// `number` in units of ten to the power of -`decimals`: 125 with 3 is 0.125.
  explicit Shown(std::int64_t number, std::uint8_t decimals = 0);

  // NOLINTNEXTLINE(google-explicit-constructor): stands for a text in a list of texts
  operator std::string_view() const { return {bytes_.data(), size_}; }

 private:
  void take(const ByteWriter& out);

  std::array<char, 64> bytes_;
  std::size_t size_ = 0;
};

/// Makes findings from pieces of text.
class Reporter {
 public:
  using Pieces = std::initializer_list<std::string_view>;

  explicit Reporter(Findings& findings) : findings_(findings) {}

  /// What is wrong with the value at `where`, and what to write instead.
  void add(const Spot& where, Pieces problem, Pieces remedy);
  [[nodiscard]] std::size_t count() const { return findings_.count(); }

 private:
  static std::string_view join(ByteWriter out, Pieces pieces);

  Findings& findings_;
  std::array<char, 256> pointer_;
  std::array<char, 512> problem_;
  std::array<char, 1024> remedy_;
};

}  // namespace postern::config
