#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "core/base/memory_plan.hpp"

namespace postern::crypto {

/// Memory that signatures need while they are made or checked, for so many workers. Measured: with
/// RSA of 4096 bits, the greediest, a check takes 9.3 KiB in a dozen pieces and a signature of our
/// own 14.5 KiB in three dozen; the rest is room for pieces that do not fit where others have been.
/// A step of a TLS handshake is such a calculation, too.
constexpr MemoryRow working_memory_row(std::size_t workers) {
  return {"signatures", workers, 20 * KiB};
}

/// Gives mbedTLS its locks, without which it refuses what needs one (an RSA key's private
/// operation, the PSA layer). use_working_memory() does so, too; alone it is for who lets mbedTLS
/// use malloc: a program that only checks a configuration, a test.
void use_locks();

/// Pieces of one size that are asked for again and again, and must always be there: the buffers of
/// TLS sessions.
struct Slots {
  std::size_t bytes = 0;  ///< Serve requests of as many bytes, or of up to 63 less.
  std::size_t count = 0;
};

inline constexpr std::array<Slots, 2> no_slots{};

/// Makes `memory` the only memory that mbedTLS allocates from, in the whole process: without it, it
/// would use malloc. Two kinds of slots stand first in it and serve nothing else, so that what is
/// small and comes and goes never breaks up the place of what is large; the rest is a heap
/// (block_heap.hpp). No page of it is touched before it is needed. Called once, before the workers
/// start; when called again (a test that starts a second gateway) the earlier block is left alone,
/// also by what is given back to it.
void use_working_memory(std::span<std::byte> memory, std::span<const Slots, 2> slots = no_slots);

/// What mbedTLS has taken of the heap, in bytes with what the heap needs itself: now, and at most
/// since the last call of forget_working_memory_peak().
std::size_t working_memory_used();
std::size_t working_memory_peak();
void forget_working_memory_peak();

}  // namespace postern::crypto
