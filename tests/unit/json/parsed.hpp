#pragma once

#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "core/json/document.hpp"

namespace postern::json {

/// A text together with the memory its values live in. The text is held with exactly its length, so
/// that a sanitizer sees a read beyond it.
class Parsed {
 public:
  explicit Parsed(std::string_view text, const ParseLimits& limits = {})
      : text_(text.begin(), text.end()),
        memory_(parse_arena_bytes(limits)),
        arena_(memory_),
        result_(parse({text_.data(), text_.size()}, arena_, limits)) {}
  Parsed(const Parsed&) = delete;
  Parsed& operator=(const Parsed&) = delete;

  [[nodiscard]] bool ok() const { return result_.has_value(); }
  [[nodiscard]] Value root() const { return *result_; }
  [[nodiscard]] ParseError error() const { return result_.error().error; }
  [[nodiscard]] std::size_t offset() const { return result_.error().offset; }

 private:
  std::vector<char> text_;
  std::vector<std::byte> memory_;
  Arena arena_;
  Result<Value, ParseFailure> result_;
};

/// A folder of conformance data from outside, or nothing where it is not installed.
inline std::optional<std::filesystem::path> vectors(const std::string& folder) {
  const char* named = std::getenv("POSTERN_VECTORS");
  const std::filesystem::path path =
      std::filesystem::path(named != nullptr ? named : "../shared/vectors") / folder;
  if (!std::filesystem::is_directory(path)) return std::nullopt;
  return path;
}

inline std::string contents(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace postern::json
