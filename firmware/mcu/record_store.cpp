#include "firmware/mcu/record_store.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "core/base/assert.hpp"
#include "core/crypto/digest.hpp"

namespace postern::firmware {
namespace {

constexpr std::uint32_t mark = 0x44524350;
// What flash writes at once (board.hpp).
constexpr std::size_t unit = 8;
constexpr std::size_t header_bytes = 16;

constexpr std::size_t rounded(std::size_t bytes) { return (bytes + unit - 1) / unit * unit; }
constexpr std::size_t version_bytes_max = header_bytes + rounded(record_bytes_max);

bool is_erased(std::span<const std::byte> bytes) {
  return std::ranges::all_of(bytes, [](std::byte b) { return b == std::byte{0xFF}; });
}

}  // namespace

RecordStore::RecordStore(const Flash& flash) : flash_(flash) {
  static_assert(sizeof(Header) == header_bytes);
  POSTERN_ASSERT(flash_.sector(0).size() >= version_bytes_max);
  // Without any version nothing is known of the sectors: the first one begins with an erasure.
  sector_ = 1;
  end_ = flash_.sector(1).size();
  scan(0);
  scan(1);
}

std::uint32_t RecordStore::check_of(const Header& header, std::span<const std::byte> data) {
  std::array<std::byte, version_bytes_max> bytes;
  Header without = header;
  without.check = 0;
  std::memcpy(bytes.data(), &without, header_bytes);
  std::ranges::copy(data, bytes.begin() + header_bytes);
  const auto digest = crypto::sha256(std::span(bytes).first(header_bytes + data.size()));
  std::uint32_t check = 0;
  std::memcpy(&check, digest.data(), sizeof check);
  return check;
}

// Finds a sector's last version, should it be younger than what is known.
void RecordStore::scan(std::size_t sector) {
  const std::span<const std::byte> bytes = flash_.sector(sector);
  for (std::size_t at = 0; bytes.size() - at >= header_bytes;) {
    Header header;
    std::memcpy(&header, bytes.data() + at, header_bytes);
    if (header.mark != mark || header.byte_count > record_bytes_max ||
        rounded(header.byte_count) > bytes.size() - at - header_bytes) {
      return;
    }
    const auto data = bytes.subspan(at + header_bytes, header.byte_count);
    if (header.check != check_of(header, data)) return;
    at += header_bytes + rounded(header.byte_count);
    if (header.sequence <= sequence_) continue;
    sequence_ = header.sequence;
    current_ = data;
    sector_ = sector;
    // Behind a version that was not finished nothing can be written any more.
    end_ = is_erased(bytes.subspan(at)) ? at : bytes.size();
  }
}

std::size_t RecordStore::load(std::span<std::byte> into) const {
  if (current_.size() > into.size()) return 0;
  std::ranges::copy(current_, into.begin());
  return current_.size();
}

bool RecordStore::replace(std::span<const std::byte> data) {
  POSTERN_ASSERT(data.size() <= record_bytes_max);
  std::array<std::byte, version_bytes_max> bytes;
  bytes.fill(std::byte{0xFF});
  // Counted also if this fails: what came to the flash of it must not be taken for the next one.
  Header header{mark, ++sequence_, static_cast<std::uint32_t>(data.size()), 0};
  header.check = check_of(header, data);
  std::memcpy(bytes.data(), &header, header_bytes);
  std::ranges::copy(data, bytes.begin() + header_bytes);
  const auto version = std::span(bytes).first(header_bytes + rounded(data.size()));

  std::size_t sector = sector_;
  std::size_t at = end_;
  if (version.size() > flash_.sector(sector).size() - at) {
    sector = 1 - sector;
    at = 0;
    if (!flash_.erase(sector)) return false;
  }
  // Should it fail half-way, the next one goes to a sector that was erased.
  if (sector == sector_) end_ = flash_.sector(sector).size();
  if (!flash_.program(sector, at, version)) return false;
  const auto written = flash_.sector(sector).subspan(at, version.size());
  if (!std::ranges::equal(written, version)) return false;
  current_ = written.subspan(header_bytes, data.size());
  sector_ = sector;
  end_ = at + version.size();
  return true;
}

}  // namespace postern::firmware
