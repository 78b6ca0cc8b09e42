#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace postern::importer {

/// One member of an object: a text, or an object of its own.
struct Field {
  std::string name;
  std::size_t line = 0;       ///< That the name stands in.
  std::string text;           ///< Without its quotation marks; empty for an object.
  std::vector<Field> fields;  ///< Of an object.
  bool is_object = false;
};

/// Objects inside each other, the outermost included.
inline constexpr std::size_t fields_depth_max = 4;
/// Members of all of them together. A connector has a dozen.
inline constexpr std::size_t fields_max = 1000;

/// What could be read of an object, or why it could not: a fragment such as "is not closed".
using FieldsOrProblem = std::variant<std::vector<Field>, std::string_view>;

/// Reads an object in any of the spellings that the reference shows: proper JSON; with bare words
/// instead of strings; without commas between the members:
///
///   {"regionCodeHeader":"X-Region", "defaultURI":"https://id.example/check"}
///   {regionCodeHeader:X-Region regionCodeValue:{"FR":"https://fr.example/"}
///   defaultURI:https://...}
///
/// A bare word ends at a blank, a closing brace, or a comma that another member follows. Names are
/// unique in their object. Numbers, true, false and null are texts; arrays are not read.
/// `first_line` is the line that `text` begins in.
FieldsOrProblem read_fields(std::string_view text, std::size_t first_line = 1);

}  // namespace postern::importer
