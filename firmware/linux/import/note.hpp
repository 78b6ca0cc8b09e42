#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace postern::importer {

/// Where something stood in the connector's lines.
struct Source {
  std::size_t line = 0;  ///< From 1.
  std::string name;      ///< Of the pre-input, or of the part of it, such as "defaultURI".
};

/// Something that was not carried over, for the person who imports. Holds no value of the input:
/// there may be secrets among them.
struct Note {
  Source where;
  std::string why;     ///< "the reference ..., Postern ..."
  std::string remedy;  ///< What to do about it.
};

using Notes = std::vector<Note>;

}  // namespace postern::importer
