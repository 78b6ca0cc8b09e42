#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "firmware/linux/import/note.hpp"

namespace postern::importer {

/// Where each part of a JSON text came from.
class Origins {
 public:
  void add(std::string pointer, Source source) {
    all_.emplace_back(std::move(pointer), std::move(source));
  }
  /// The source of what `pointer` (RFC 6901) points to, or of the nearest thing around it that has
  /// one; null when nothing has.
  [[nodiscard]] const Source* find(std::string_view pointer) const;

 private:
  std::vector<std::pair<std::string, Source>> all_;
};

/// Writes one JSON value, indented for people, as its parts are named in order.
class JsonText {
 public:
  enum class Layout : std::uint8_t { Lines, OneLine };

  /// Each takes the name of the member it is; empty in an array and for the outermost value.
  void begin_object(std::string_view name = {}, Layout layout = Layout::Lines) {
    begin(name, '{', layout);
  }
  void begin_array(std::string_view name = {}, Layout layout = Layout::Lines) {
    begin(name, '[', layout);
  }
  /// Of the innermost object or array.
  void end();
  void text(std::string_view name, std::string_view value);
  void number(std::string_view name, std::uint64_t value);
  void boolean(std::string_view name, bool value);
  /// The value written or begun last came from `source`.
  void from(const Source& source) { origins_.add(pointer_, source); }

  [[nodiscard]] const std::string& written() const { return text_; }
  [[nodiscard]] const Origins& origins() const { return origins_; }

 private:
  struct Level {
    char closing = '}';
    Layout layout = Layout::Lines;
    std::size_t count = 0;
    std::string pointer;
  };

  void begin(std::string_view name, char opening, Layout layout);
  /// Comma, blanks and name in front of a value; sets pointer_.
  void lead(std::string_view name);
  void new_line();
  void quoted(std::string_view value);

  std::string text_;
  std::string pointer_;
  std::vector<Level> open_;
  Origins origins_;
};

}  // namespace postern::importer
