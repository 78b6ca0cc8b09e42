#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/crypto/digest.hpp"

namespace postern::test {

/// `bytes` and their SHA-256.
inline std::string with_digest(const std::string& bytes) {
  const auto digest = crypto::sha256(as_bytes(bytes));
  return bytes + std::string(as_text(digest));
}

/// A configuration bundle as tools/flash-config makes it (firmware/mcu/bundle.hpp).
inline std::string bundle_of(const std::vector<std::pair<std::string, std::string>>& entries) {
  const auto number = [](std::size_t value, int byte_count) {
    std::string text;
    for (int i = 0; i < byte_count; ++i) text += static_cast<char>(value >> (8 * i));
    return text;
  };
  std::string body;
  for (const auto& [name, data] : entries) {
    body += number(name.size(), 2) + number(0, 2) + number(data.size(), 4) + name + data;
    body.append((4 - body.size() % 4) % 4, '\0');
  }
  const std::string magic("PSTRN\1\0\0", 8);
  return with_digest(magic + number(16 + body.size() + 32, 4) + number(entries.size(), 4) + body);
}

}  // namespace postern::test
