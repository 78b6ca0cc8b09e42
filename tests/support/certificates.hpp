#pragma once

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
  LibraryPeak() { crypto::forget_working_memory_peak(); }
  /// With what the heap needs itself.
  [[nodiscard]] std::size_t bytes() const { return crypto::working_memory_peak() - before_; }

 private:
  std::size_t before_ = crypto::working_memory_used();
};

}  // namespace postern::test
