#include "core/token/facts.hpp"

#include "core/base/assert.hpp"
#include "core/token/facts_layout.hpp"

namespace postern::token {

using layout::FactsHeader;
using layout::Shape;
using layout::SlotEntry;

namespace {

std::uint16_t text_length(const std::byte* value) { return layout::read<std::uint16_t>(value + 1); }

SlotEntry slot_entry(std::span<const std::byte> block, std::size_t slot) {
  return layout::read<SlotEntry>(block.data() + sizeof(FactsHeader) + slot * sizeof(SlotEntry));
}

/// The values of a claim are whole and fill `bytes` exactly.
bool values_are_whole(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    if (bytes.size() < layout::value_head_bytes) return false;
    if (std::to_integer<std::uint8_t>(bytes[0]) > static_cast<std::uint8_t>(ValueKind::Json))
      return false;
    const std::size_t size = layout::value_head_bytes + text_length(bytes.data());
    if (bytes.size() < size) return false;
    bytes = bytes.subspan(size);
  }
  return true;
}

bool claim_is_whole(std::span<const std::byte> block, const SlotEntry& entry,
                    std::size_t claims_begin) {
  if (entry.begin == 0) return true;
  if (entry.begin < claims_begin || entry.begin >= entry.end || entry.end > block.size())
    return false;
  const auto shape = std::to_integer<std::uint8_t>(block[entry.begin]);
  if (shape > static_cast<std::uint8_t>(Shape::List)) return false;
  const auto values =
      block.subspan(entry.begin + 1U, static_cast<std::size_t>(entry.end - entry.begin - 1));
  if (static_cast<Shape>(shape) == Shape::Single && values.empty()) return false;
  return values_are_whole(values);
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

bool has_control(std::string_view text) {
  for (const char c : text) {
    if (is_control(c)) return true;
  }
  return false;
}

bool is_trimmed(std::string_view text) {
  return text.empty() || (text.front() != ' ' && text.back() != ' ');
}

/// JSON's own escapes, and DEL, which JSON allows and a field value does not.
void write_json_string(ByteWriter& out, std::string_view text) {
  constexpr char hex[] = "0123456789abcdef";
  out.character('"');
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out.character('\\');
      out.character(c);
    } else if (is_control(c)) {
      const auto code = static_cast<unsigned char>(c);
      out.text("\\u00");
      out.character(hex[code >> 4]);
      out.character(hex[code & 15]);
    } else {
      out.character(c);
    }
  }
  out.character('"');
}

HeaderText write_json_list(ByteWriter& out, const Claim& claim) {
  out.character('[');
  bool first = true;
  for (const Value& value : claim) {
    if (!first) out.character(',');
    first = false;
    if (value.kind == ValueKind::String) {
      write_json_string(out, value.text);
    } else if (has_control(value.text)) {
      return HeaderText::Unsafe;
    } else {
      out.text(value.text);
    }
  }
  out.character(']');
  return HeaderText::Written;
}

}  // namespace

Value Claim::Iterator::operator*() const {
  const auto kind = static_cast<ValueKind>(std::to_integer<std::uint8_t>(*at_));
  return {kind, as_text({at_ + layout::value_head_bytes, text_length(at_)})};
}

Claim::Iterator& Claim::Iterator::operator++() {
  at_ += layout::value_head_bytes + text_length(at_);
  return *this;
}

bool Claim::is_null() const { return present_ && !is_list_ && (*begin()).kind == ValueKind::Null; }

std::optional<std::string_view> Claim::string() const {
  if (!present_ || is_list_) return std::nullopt;
  const Value value = *begin();
  if (value.kind != ValueKind::String) return std::nullopt;
  return value.text;
}

HeaderText Claim::text_for_header(ByteWriter& out) const {
  if (!present_ || is_null()) return HeaderText::Absent;
  if (is_list_) return write_json_list(out, *this);
  const Value value = *begin();
  if (has_control(value.text) || !is_trimmed(value.text)) return HeaderText::Unsafe;
  out.text(value.text);
  return HeaderText::Written;
}

std::optional<Facts> Facts::from_cache(std::span<const std::byte> bytes) {
  if (bytes.size() < sizeof(FactsHeader)) return std::nullopt;
  const auto header = layout::read<FactsHeader>(bytes.data());
  const std::size_t claims_begin = sizeof(FactsHeader) + header.slot_count * sizeof(SlotEntry);
  if (header.byte_count > bytes.size() || claims_begin > header.byte_count) return std::nullopt;
  const auto block = bytes.first(header.byte_count);
  for (std::size_t slot = 0; slot < header.slot_count; ++slot) {
    if (!claim_is_whole(block, slot_entry(block, slot), claims_begin)) return std::nullopt;
  }
  return Facts(block);
}

std::optional<WallTime> Facts::expires_at() const {
  const auto header = layout::read<FactsHeader>(bytes_.data());
  if ((header.times_present & layout::has_expires_at) == 0) return std::nullopt;
  return WallTime{header.expires_at};
}

std::optional<WallTime> Facts::not_before() const {
  const auto header = layout::read<FactsHeader>(bytes_.data());
  if ((header.times_present & layout::has_not_before) == 0) return std::nullopt;
  return WallTime{header.not_before};
}

std::optional<WallTime> Facts::issued_at() const {
  const auto header = layout::read<FactsHeader>(bytes_.data());
  if ((header.times_present & layout::has_issued_at) == 0) return std::nullopt;
  return WallTime{header.issued_at};
}

std::uint16_t Facts::provider() const { return layout::read<FactsHeader>(bytes_.data()).provider; }

Claim Facts::claim(std::uint16_t slot) const {
  POSTERN_ASSERT(slot < layout::read<FactsHeader>(bytes_.data()).slot_count);
  const SlotEntry entry = slot_entry(bytes_, slot);
  if (entry.begin == 0) return {};
  const bool is_list =
      static_cast<Shape>(std::to_integer<std::uint8_t>(bytes_[entry.begin])) == Shape::List;
  return {bytes_.subspan(entry.begin + 1U, static_cast<std::size_t>(entry.end - entry.begin - 1)),
          is_list};
}

}  // namespace postern::token
