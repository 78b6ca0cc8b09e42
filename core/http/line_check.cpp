#include "core/http/line_check.hpp"

#include <cstddef>

namespace postern::http {

bool well_formed_lines(std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    if (byte >= 0x20 && byte != 0x7F) continue;
    if (byte == '\t') continue;
    if (byte != '\r') return false;
    if (i + 1 == bytes.size()) return true;  // the rest is still under way
    if (bytes[++i] != '\n') return false;
    // The empty line ends the head; what follows is not ours to judge.
    if (i >= 3 && bytes[i - 2] == '\n') return true;
    if (i + 1 < bytes.size() && (bytes[i + 1] == ' ' || bytes[i + 1] == '\t')) return false;
  }
  return true;
}

}  // namespace postern::http
