#include "firmware/linux/import/claim_path.hpp"

#include <algorithm>
#include <optional>

namespace postern::importer {
namespace {

bool is_plain(std::string_view name) {
  const auto begins = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  const auto continues = [&](char c) { return begins(c) || (c >= '0' && c <= '9'); };
  if (name.empty() || !begins(name.front())) return false;
  for (const char c : name) {
    if (!continues(c)) return false;
  }
  return true;
}

void add_member(std::string& path, std::string_view name) {
  if (is_plain(name)) {
    path += '.';
    path += name;
    return;
  }
  path += "['";
  for (const char c : name) {
    if (c == '\t') {
      path += "\\t";
      continue;
    }
    if (c == '\'' || c == '\\') path += '\\';
    path += c;
  }
  path += "']";
}

// The inside of a bracket up to its end: 'name', "name" or an index. Moves `rest` behind it.
bool add_bracket(std::string& path, std::string_view& rest) {
  const std::size_t end = rest.find(']');
  if (end == std::string_view::npos || end == 0) return false;
  const char quote = rest.front();
  if (quote != '\'' && quote != '"') {
    const std::string_view index = rest.substr(0, end);
    if (index.find_first_not_of("-0123456789") != std::string_view::npos) return false;
    path += '[';
    path += index;
    path += ']';
    rest.remove_prefix(end + 1);
    return true;
  }
  const std::size_t closing = rest.find(quote, 1);
  if (closing == std::string_view::npos || !rest.substr(closing + 1).starts_with(']')) return false;
  const std::string_view name = rest.substr(1, closing - 1);
  if (name.find('\\') != std::string_view::npos) return false;
  add_member(path, name);
  rest.remove_prefix(closing + 2);
  return true;
}

// A name after a dot.
bool add_dotted(std::string& path, std::string_view& rest) {
  const std::size_t end = std::min(rest.find_first_of(".["), rest.size());
  const std::string_view name = rest.substr(0, end);
  if (name.empty() || name.find_first_of("*?@()/]'\"\\, \t\n") != std::string_view::npos)
    return false;
  add_member(path, name);
  rest.remove_prefix(end);
  return true;
}

std::optional<std::string> translated(std::string_view rest) {
  std::string path = "$";
  bool needs_dot = rest.starts_with('$');
  if (needs_dot) rest.remove_prefix(1);
  while (!rest.empty()) {
    const bool dot = rest.starts_with('.');
    if (dot) rest.remove_prefix(1);
    if (rest.starts_with('[')) {
      rest.remove_prefix(1);
      if (!add_bracket(path, rest)) return {};
    } else if (dot == needs_dot) {
      if (!add_dotted(path, rest)) return {};
    } else {
      return {};
    }
    needs_dot = true;
  }
  return path;
}

}  // namespace

std::string path_of_claim(std::string_view name) {
  std::string path = "$";
  add_member(path, name);
  return path;
}

std::string path_of_expression(std::string_view expression) {
  return translated(expression).value_or(std::string(expression));
}

}  // namespace postern::importer
