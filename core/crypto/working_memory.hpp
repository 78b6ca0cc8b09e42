#pragma once

#include <cstddef>
#include <span>

#include "core/base/memory_plan.hpp"

namespace postern::crypto {

/// Memory that signatures need while they are made or checked, for so many workers. Measured: with
/// RSA of 4096 bits, the greediest, a check takes 9.3 KiB in a dozen pieces and a signature of our
/// own 14.5 KiB in three dozen; the rest is room for pieces that do not fit where others have been.
constexpr MemoryRow working_memory_row(std::size_t workers) {
  return {"signatures", workers, 20 * KiB};
}

/// Gives mbedTLS its locks, without which it refuses what needs one (an RSA key's private
/// operation, the PSA layer). use_working_memory() does so, too; alone it is for who lets mbedTLS
/// use malloc: a program that only checks a configuration, a test.
void use_locks();

/// Gives pages that lie wholly in `zeros` back to the system, where they come from again, as zeros,
/// when they are touched.
using Discard = void (*)(std::span<std::byte> zeros);

/// Makes `memory` the only memory that mbedTLS allocates from, in the whole process: without it, it
/// would use malloc. It is filled with zeros and, where there is a `discard`, is not resident until
/// it is used. Called once, before the workers start; when called again (a test that starts a
/// second gateway) the earlier block is left alone.
void use_working_memory(std::span<std::byte> memory, Discard discard = nullptr);

}  // namespace postern::crypto
