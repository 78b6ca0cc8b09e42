#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/platform.hpp"

namespace postern::firmware {

/// A small record that outlives a restart, in two sectors of flash (board.hpp). Core has one, the
/// clock's floor; a second one would be a second store.
///
/// A new version is written behind the last one; the last whole one counts. When the sector is
/// full, the other one is erased and used from its beginning. So whenever power fails, the record
/// is there as it was or as it should become, and a sector is erased once for dozens of writes.
class RecordStore {
 public:
  /// The board's functions for its two sectors; see there.
  struct Flash {
    std::span<const std::byte> (*sector)(std::size_t sector) = nullptr;
    bool (*erase)(std::size_t sector) = nullptr;
    bool (*program)(std::size_t sector, std::size_t offset,
                    std::span<const std::byte> bytes) = nullptr;
  };

  /// Looks through both sectors. REQUIRES: they are equally long and have room for a version.
  explicit RecordStore(const Flash& flash);

  /// The current version, copied into `into`: how long it is. 0: there is none, or it is longer
  /// than `into`.
  std::size_t load(std::span<std::byte> into) const;

  /// Writes a new version, whole or not at all. False: the flash failed. Waits for the flash.
  /// REQUIRES: at most record_bytes_max.
  bool replace(std::span<const std::byte> data);

 private:
  /// What stands before a version's data.
  struct Header {
    std::uint32_t mark;
    std::uint32_t sequence;  ///< Of two versions the higher one counts.
    std::uint32_t byte_count;
    std::uint32_t check;  ///< Of all other members and of the data.
  };

  static std::uint32_t check_of(const Header& header, std::span<const std::byte> data);
  void scan(std::size_t sector);

  Flash flash_;
  std::span<const std::byte> current_;
  std::uint32_t sequence_ = 0;  ///< Of the last version; 0: there is none.
  std::size_t sector_ = 0;      ///< Where it is.
  std::size_t end_ = 0;         ///< Offset in that sector of the next one.
};

}  // namespace postern::firmware
