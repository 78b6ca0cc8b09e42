#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "core/base/result.hpp"

namespace postern::firmware {

/// Why a region of flash holds no configuration.
enum class BundleProblem : std::uint8_t {
  Absent,     ///< It does not begin with a bundle's magic: nothing was written there.
  Malformed,  ///< Lengths that do not fit each other or the region, or a name that stands twice.
  Damaged,    ///< The digest does not match: not written to the end, or written over.
};

/// For people: "the bundle is ...".
std::string_view describe(BundleProblem problem);

/// A configuration and the files it names, as tools/flash-config packs them: what a board without a
/// file system has instead of one.
///
///     "PSTRN" 1 0 0      magic, 8 bytes; the 1 is the version
///     u32                length of all of it, the digest included
///     u32                number of entries
///     entries            u16 length of the name, u16 zero, u32 length of the data,
///                        name, data, zeros up to a multiple of 4
///     32 bytes           SHA-256 of everything before
///
/// Little endian. Entries: "postern.json", each file under the name that the configuration gives
/// it, and optionally "network" and "ntp" (network_settings.hpp).
///
/// The digest finds damage, not malice: who can write to the flash can write another program.
class Bundle {
 public:
  /// Checks all of it: what find() returns needs no second look. `region` may be longer than the
  /// bundle, and must outlive it and what it returns. O(length), once.
  static Result<Bundle, BundleProblem> read(std::span<const std::byte> region);

  /// The data of the entry called `name`; nothing: there is no such entry. O(entries).
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;

  /// Of all of it, the digest included.
  [[nodiscard]] std::size_t bytes() const;

 private:
  Bundle(std::span<const std::byte> entries, std::uint32_t entry_count)
      : entries_(entries), entry_count_(entry_count) {}

  std::span<const std::byte> entries_;
  std::uint32_t entry_count_;
};

}  // namespace postern::firmware
