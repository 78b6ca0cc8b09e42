#include "core/base/arena.hpp"

#include <cstring>

namespace postern {

std::string_view Arena::copy(std::string_view text, bool& ok) {
  ok = true;
  if (text.empty()) return {};
  char* place = static_cast<char*>(take(text.size(), 1));
  if (place == nullptr) {
    ok = false;
    return {};
  }
  std::memcpy(place, text.data(), text.size());
  return {place, text.size()};
}

}  // namespace postern
