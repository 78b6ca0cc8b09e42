#pragma once

#include <cstddef>
#include <string_view>

namespace postern::config {

/// Something wrong with a configuration, for the person who wrote it. The texts live during the
/// call that reports it. Nothing secret: secrets do not stand in the file.
struct Finding {
  std::string_view pointer;  ///< Where: JSON Pointer (RFC 6901); empty for the whole file.
  std::string_view problem;  ///< What was found, and why that cannot be.
  std::string_view remedy;   ///< What to write instead.
};

/// Who is told. All findings of a file are reported, up to a bound.
class Findings {
 public:
  /// More are not reported: they say little that these do not.
  static constexpr std::size_t count_max = 100;

  void add(const Finding& finding) {
    if (++count_ <= count_max) found(finding);
  }
  [[nodiscard]] std::size_t count() const { return count_; }

 protected:
  ~Findings() = default;

 private:
  virtual void found(const Finding& finding) = 0;
  std::size_t count_ = 0;
};

}  // namespace postern::config
