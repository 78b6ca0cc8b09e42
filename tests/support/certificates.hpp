#pragma once

#include <mbedtls/memory_buffer_alloc.h>

#include <array>
#include <cstddef>
#include <fstream>
#include <iterator>
#include <map>
#include <span>
#include <stdexcept>
#include <string>

#include "core/crypto/random.hpp"
#include "core/crypto/working_memory.hpp"
#include "core/tls/identity.hpp"
#include "platform/linux/entropy.hpp"

namespace postern::test {

/// A file of tests/support/make_certificates.py; it lives until the process ends.
inline const std::string& certificate_file(const std::string& name) {
  static std::map<std::string, std::string> files;
  const auto [it, is_new] = files.try_emplace(name);
  if (is_new) {
    std::ifstream file(std::string(POSTERN_TEST_CERTIFICATES) + "/" + name, std::ios::binary);
    if (!file) throw std::runtime_error("no certificate file " + name);
    it->second.assign(std::istreambuf_iterator<char>(file), {});
  }
  return it->second;
}

/// The same with the zero byte at its end that PEM for mbedTLS has.
inline std::span<const std::byte> certificate_pem(const std::string& name) {
  const std::string& text = certificate_file(name);
  return {reinterpret_cast<const std::byte*>(text.c_str()), text.size() + 1};
}

/// The certificate `name` with the chain above it, and its key.
inline tls::Identity identity(const std::string& name) {
  return {.certificate_file = {},
          .key_file = {},
          .chain = certificate_pem(name + "-chain.pem"),
          .key = certificate_pem(name + ".key")};
}

/// Memory for mbedTLS, from its beginning: what it gave out before is nobody's any more.
inline void use_fresh_library_memory() {
  alignas(16) static std::array<std::byte, std::size_t{512} * 1024> memory;
  crypto::use_working_memory(memory);
}

/// Keys want random numbers, and mbedTLS its memory. Including this is enough: they are there
/// before the first test runs.
inline const bool entropy_is_there = [] {
  use_fresh_library_memory();
  return crypto::use_entropy(
      [](std::span<std::byte> bytes) { return platform::fill_with_entropy(bytes); });
}();

/// What mbedTLS has taken of its memory at most since this was made, beyond what it had then.
class LibraryPeak {
 public:
  LibraryPeak() {
    mbedtls_memory_buffer_alloc_max_reset();
    mbedtls_memory_buffer_alloc_cur_get(&bytes_, &pieces_);
  }
  /// With the 64 bytes of its own that stand before each piece.
  [[nodiscard]] std::size_t bytes() const {
    std::size_t bytes = 0;
    std::size_t pieces = 0;
    mbedtls_memory_buffer_alloc_max_get(&bytes, &pieces);
    return bytes + pieces * 64 - bytes_ - pieces_ * 64;
  }

 private:
  std::size_t bytes_ = 0;
  std::size_t pieces_ = 0;
};

}  // namespace postern::test
