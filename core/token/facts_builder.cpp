#include "core/token/facts_builder.hpp"

#include <algorithm>
#include <cstring>

#include "core/base/assert.hpp"
#include "core/token/facts_layout.hpp"

namespace postern::token {

using layout::FactsHeader;
using layout::SlotEntry;

namespace {

constexpr std::uint16_t no_slot = 0xFFFF;

std::size_t entry_offset(std::uint16_t slot) {
  return sizeof(FactsHeader) + slot * sizeof(SlotEntry);
}

}  // namespace

FactsBuilder::FactsBuilder(VerifierKey, std::span<std::byte> memory, std::uint16_t provider,
                           std::uint16_t slot_count)
    : memory_(memory.first(std::min(memory.size(), layout::block_bytes_max))),
      slot_count_(slot_count),
      open_slot_(no_slot) {
  const std::size_t head_bytes = entry_offset(slot_count);
  if (take(head_bytes) == nullptr) return;
  std::memset(memory_.data(), 0, head_bytes);
  FactsHeader header;
  header.provider = provider;
  header.slot_count = slot_count;
  layout::write(memory_.data(), header);
}

std::byte* FactsBuilder::take(std::size_t size) {
  if (!fits_ || size > memory_.size() - used_) {
    fits_ = false;
    return nullptr;
  }
  std::byte* place = memory_.data() + used_;
  used_ += size;
  return place;
}

void FactsBuilder::set_times(std::optional<WallTime> expires_at, std::optional<WallTime> not_before,
                             std::optional<WallTime> issued_at) {
  if (!fits_) return;
  auto header = layout::read<FactsHeader>(memory_.data());
  header.times_present = 0;
  const auto mark = [&header](std::uint16_t bit, bool present) {
    if (present) header.times_present = static_cast<std::uint16_t>(header.times_present | bit);
  };
  mark(layout::has_expires_at, expires_at.has_value());
  mark(layout::has_not_before, not_before.has_value());
  mark(layout::has_issued_at, issued_at.has_value());
  header.expires_at = expires_at.value_or(WallTime{}).s;
  header.not_before = not_before.value_or(WallTime{}).s;
  header.issued_at = issued_at.value_or(WallTime{}).s;
  layout::write(memory_.data(), header);
}

void FactsBuilder::begin_claim(std::uint16_t slot, bool is_list) {
  POSTERN_ASSERT(slot < slot_count_);
  open_slot_ = slot;
  const std::size_t begin = used_;
  std::byte* shape = take(1);
  if (shape == nullptr) return;
  *shape = static_cast<std::byte>(is_list ? layout::Shape::List : layout::Shape::Single);
  std::byte* place = memory_.data() + entry_offset(slot);
  POSTERN_ASSERT(layout::read<SlotEntry>(place).begin == 0);
  layout::write(place,
                SlotEntry{static_cast<std::uint16_t>(begin), static_cast<std::uint16_t>(used_)});
}

void FactsBuilder::add(ValueKind kind, std::string_view text) {
  POSTERN_ASSERT(open_slot_ != no_slot);
  if (text.size() > layout::block_bytes_max) {
    fits_ = false;
    return;
  }
  std::byte* value = take(layout::value_head_bytes + text.size());
  if (value == nullptr) return;
  *value = static_cast<std::byte>(kind);
  layout::write(value + 1, static_cast<std::uint16_t>(text.size()));
  if (!text.empty()) std::memcpy(value + layout::value_head_bytes, text.data(), text.size());
  std::byte* place = memory_.data() + entry_offset(open_slot_);
  auto entry = layout::read<SlotEntry>(place);
  entry.end = static_cast<std::uint16_t>(used_);
  layout::write(place, entry);
}

Result<Facts, FactsError> FactsBuilder::finish() {
  if (!fits_) return Failure{FactsError::TooLarge};
  auto header = layout::read<FactsHeader>(memory_.data());
  header.byte_count = static_cast<std::uint16_t>(used_);
  layout::write(memory_.data(), header);
  return Facts(memory_.first(used_));
}

}  // namespace postern::token
