#include "core/http/cache_control.hpp"

#include <algorithm>

#include "core/base/bytes.hpp"

namespace postern::http {
namespace {

std::optional<std::uint32_t> digits(std::string_view text) {
  if (text.empty()) return {};
  std::uint64_t number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return {};
    number = std::min<std::uint64_t>(number * 10 + static_cast<unsigned>(c - '0'), UINT32_MAX);
  }
  return static_cast<std::uint32_t>(number);
}

}  // namespace

std::optional<std::uint32_t> max_age_s(std::string_view cache_control) {
  constexpr std::string_view name = "max-age=";
  std::optional<std::uint32_t> smallest;
  while (!cache_control.empty()) {
    const std::size_t comma = std::min(cache_control.find(','), cache_control.size());
    const std::string_view directive = without_blanks(cache_control.substr(0, comma));
    cache_control.remove_prefix(std::min(comma + 1, cache_control.size()));
    std::optional<std::uint32_t> says;
    if (equal_ignoring_case(directive, "no-store") || equal_ignoring_case(directive, "no-cache")) {
      says = 0;
    } else if (directive.size() > name.size() &&
               equal_ignoring_case(directive.substr(0, name.size()), name)) {
      says = digits(directive.substr(name.size()));
    }
    if (says) smallest = smallest ? std::min(*smallest, *says) : *says;
  }
  return smallest;
}

}  // namespace postern::http
