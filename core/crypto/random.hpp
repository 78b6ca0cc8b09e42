#pragma once

#include <cstddef>
#include <span>

namespace postern::crypto {

/// Fills `bytes` with what nobody can guess; false: there is none now. Thread-safe, does not wait.
using EntropySource = bool (*)(std::span<std::byte> bytes);

/// Where random numbers of this process come from: CTR_DRBG with AES-256 (NIST SP 800-90A), seeded
/// from `source` now and again after every 10 000 requests. Called once, before the workers start,
/// and after use_working_memory(); a later call seeds anew. False: the source had nothing.
[[nodiscard]] bool use_entropy(EntropySource source);

/// Random bytes for keys, nonces and identifiers. False, and `bytes` of no use, before
/// use_entropy() and when the source fails. Thread-safe.
[[nodiscard]] bool fill_random(std::span<std::byte> bytes);

/// The same in the form that mbedTLS asks for; `context` is not looked at.
int random_for_library(void* context, unsigned char* bytes, std::size_t byte_count);

}  // namespace postern::crypto
