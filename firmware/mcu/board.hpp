// board: what the firmware asks of a piece of hardware. One folder firmware/<board>/ answers it.
// In: bytes to log, to keep, to send. Out: time, randomness, memory, frames, bytes typed.
// Never: a wait (but in log_now(), the last words), an allocation, a decision.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

struct netif;  // lwIP's

namespace postern::board {

/// As the board folder is called.
extern const std::string_view name;

/// Clocks, timer, UART, interrupts. Called once, first of all.
void start();

// --- time ---------------------------------------------------------------------------------------

/// Microseconds since start(); never runs backwards, never wraps.
std::uint64_t monotonic_us();

/// Sleeps until a frame arrives or the timer ticks, which it does every millisecond; not at all
/// when either has happened since the last call.
void sleep();

// --- log ----------------------------------------------------------------------------------------

/// Takes bytes for the UART, as many as there is room for; 0: none now. Never waits.
std::size_t log(std::span<const std::byte> bytes);

/// Bytes that came in on the UART since the last call, as many as fit; 0: none. Never waits. What
/// comes in while nobody calls may be lost.
std::size_t typed(std::span<std::byte> bytes);

/// The last words: sends `text` and what log() had taken, waiting for the wire, with interrupts
/// off. Usable from a fault handler and before start().
void log_now(std::string_view text);

/// Starts anew, as after power-on.
[[noreturn]] void reset();

// --- randomness ---------------------------------------------------------------------------------

/// Fills `bytes` with what nobody can guess; false: there is none now.
bool fill_with_entropy(std::span<std::byte> bytes);

/// Where it comes from, for the first lines of the log: "entropy: " is put before it.
std::string_view entropy_source();

// --- flash --------------------------------------------------------------------------------------

/// Where tools/flash-config writes (bundle.hpp).
std::span<const std::byte> configuration_region();

/// Two sectors of flash for small records (record_store.hpp). Erased bytes are 0xFF.
inline constexpr std::size_t record_sector_count = 2;
std::span<const std::byte> record_sector(std::size_t sector);
/// False: the flash says that it failed.
bool erase_record_sector(std::size_t sector);
/// Writes to erased bytes. REQUIRES: `offset` and size are multiples of 8 (what flashes with error
/// correction write at once), within the sector.
bool program_record_sector(std::size_t sector, std::size_t offset,
                           std::span<const std::byte> bytes);

// --- network ------------------------------------------------------------------------------------

// As platform/lwip/network.hpp wants its Driver.

/// Makes the controller ready and fills lwIP's interface: an Ethernet address that is unique on its
/// network, flags, output functions. 0 (ERR_OK): well.
std::int8_t start_network(netif* interface);

/// Hands frames that have arrived to lwIP, at most `frame_count_max`, so that nobody who sends fast
/// keeps the loop to himself, and says when the cable was plugged in or out. True: there may be
/// more.
bool poll_network(netif& interface, std::size_t frame_count_max);

}  // namespace postern::board
