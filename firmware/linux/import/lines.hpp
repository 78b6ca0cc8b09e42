// importer: the reference's pre-input lines turned into a configuration file of ours.
// In: text as it was copied out of the reference's console. Out: JSON, and notes on what it could
// not say.
// Never: a rule that is dropped in silence, a value of the input in a note, a crash on input.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/linux/import/note.hpp"

namespace postern::importer {

inline constexpr std::size_t text_bytes_max = 64 * 1024;
inline constexpr std::size_t lines_max = 2000;
/// A value in brackets may go on over so many lines.
inline constexpr std::size_t value_lines_max = 200;

/// One pre-input.
struct Entry {
  Source source;
  std::string value;           ///< Without blanks around it.
  std::size_t value_line = 0;  ///< That the value begins in.
};

/// Why a text holds no lines at all, or nothing when it does.
std::optional<Note> why_unusable(std::string_view text);

/// The entries of `text`, one `name:value` per line. Split at the first colon, because values hold
/// URLs and JSON; blanks around the colon do not count. Empty lines and lines that begin with #
/// are skipped. A value that opens a bracket goes on until it is closed, or, when it never is, to
/// the end of its line. A name that stands twice counts once, the first time.
///
/// A text that begins with a brace is read as one object, as the reference's API gives it: the
/// names and their values as strings.
/// REQUIRES: !why_unusable(text).
std::vector<Entry> read_lines(std::string_view text, Notes& notes);

}  // namespace postern::importer
