#include "core/policy/provider_choice.hpp"

#include <algorithm>
#include <cstddef>

#include "core/base/bytes.hpp"

namespace postern::policy {

namespace {

/// The value of the only field called `name`; empty when there is none or more than one.
std::string_view only_value(const http::Fields& fields, std::string_view name) {
  std::string_view value;
  bool found = false;
  for (const http::Field& field : fields.all()) {
    if (!equal_ignoring_case(field.name, name)) continue;
    if (found) return {};
    found = true;
    value = field.value;
  }
  return value;
}

/// The segment with that index, from 0: "b" is segment 1 of "/a/b/c". Empty when there are fewer.
std::string_view segment_of(std::string_view path, std::size_t index) {
  for (std::size_t begin = 0; begin < path.size(); --index) {
    ++begin;  // behind the slash
    const std::size_t end = std::min(path.find('/', begin), path.size());
    if (index == 0) return path.substr(begin, end - begin);
    begin = end;
  }
  return {};
}

std::string_view selected_value(const config::Select& select, const http::Fields& fields,
                                std::string_view host, std::string_view path) {
  switch (select.by) {
    case config::Select::By::Nothing:
      return {};
    case config::Select::By::Header:
      return only_value(fields, select.header);
    case config::Select::By::Host:
      return host;
    case config::Select::By::PathSegment:
      return segment_of(path, select.path_segment);
  }
  return {};
}

}  // namespace

std::optional<std::uint16_t> choose_provider(const config::Select& select,
                                             const http::Fields& fields, std::string_view host,
                                             std::string_view path) {
  const std::string_view value = selected_value(select, fields, host, path);
  const bool any_case = select.by == config::Select::By::Host;
  if (!value.empty()) {
    for (const config::Select::Choice& choice : select.choices) {
      const bool equal =
          any_case ? equal_ignoring_case(choice.value, value) : choice.value == value;
      if (equal) return choice.provider;
    }
  }
  if (select.default_provider == no_slot) return std::nullopt;
  return select.default_provider;
}

}  // namespace postern::policy
