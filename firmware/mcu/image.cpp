#include "firmware/mcu/image.hpp"

extern "C" {

// From the linker script (cortex_m/sections.ld).
extern std::byte arena_begin[];  // NOLINT(modernize-avoid-c-arrays): its address is meant
extern std::byte arena_end[];    // NOLINT(modernize-avoid-c-arrays)
extern const std::byte configuration_begin[];  // NOLINT(modernize-avoid-c-arrays)
extern const std::byte configuration_end[];    // NOLINT(modernize-avoid-c-arrays)
}

namespace postern::firmware {

const std::string_view version = POSTERN_VERSION;
const std::int64_t build_epoch = POSTERN_BUILD_EPOCH;

std::span<const std::byte> linked_configuration() {
  return {configuration_begin, configuration_end};
}

std::span<std::byte> arena_memory() { return {arena_begin, arena_end}; }

}  // namespace postern::firmware
