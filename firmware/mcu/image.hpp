#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace postern::firmware {

// What was fixed when the image was linked.

extern const std::string_view version;

/// No wall time before it can be right: the date of this build, in seconds since 1970.
extern const std::int64_t build_epoch;

/// The bundle that the image was linked with (cmake -DPOSTERN_CONFIG=postern.json), for boards
/// whose flash has none; empty: without one.
std::span<const std::byte> linked_configuration();

/// The memory for everything that the plan counts: all that the image leaves of RAM.
std::span<std::byte> arena_memory();

}  // namespace postern::firmware
