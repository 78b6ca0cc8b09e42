#include "firmware/mcu/bundle.hpp"

#include <algorithm>
#include <array>

#include "core/base/bytes.hpp"
#include "core/crypto/digest.hpp"

namespace postern::firmware {
namespace {

constexpr std::array<char, 8> magic = {'P', 'S', 'T', 'R', 'N', 1, 0, 0};
constexpr std::size_t header_bytes = magic.size() + 4 + 4;
constexpr std::size_t digest_bytes = 32;

// Takes numbers and bytes off the front; what is not there makes ok() false for good.
class Reader {
 public:
  explicit Reader(std::span<const std::byte> bytes) : rest_(bytes) {}

  std::span<const std::byte> take(std::size_t count) {
    if (count > rest_.size()) {
      ok_ = false;
      rest_ = {};
      return {};
    }
    const auto taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }

  // Little endian, of `count` bytes.
  std::uint32_t number(std::size_t count) {
    std::uint32_t value = 0;
    const auto bytes = take(count);
    for (std::size_t i = bytes.size(); i-- > 0;) {
      value = value << 8U | std::to_integer<std::uint32_t>(bytes[i]);
    }
    return value;
  }

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool at_end() const { return ok_ && rest_.empty(); }

 private:
  std::span<const std::byte> rest_;
  bool ok_ = true;
};

struct Entry {
  std::string_view name;
  std::string_view data;
};

// The next entry, with its padding. Whatever is wrong with it makes the reader say so.
Entry take_entry(Reader& reader) {
  const std::size_t name_bytes = reader.number(2);
  if (reader.number(2) != 0) reader.take(SIZE_MAX);
  const std::size_t data_bytes = reader.number(4);
  Entry entry;
  entry.name = as_text(reader.take(name_bytes));
  entry.data = as_text(reader.take(data_bytes));
  // Names are up to 65 535 bytes, and data fit in memory by now: no overflow.
  const auto padding = reader.take((0 - (entry.name.size() + entry.data.size())) % 4);
  if (std::ranges::any_of(padding, [](std::byte b) { return b != std::byte{}; })) {
    reader.take(SIZE_MAX);
  }
  return entry;
}

}  // namespace

std::string_view describe(BundleProblem problem) {
  switch (problem) {
    case BundleProblem::Absent:
      return "absent";
    case BundleProblem::Malformed:
      return "malformed";
    case BundleProblem::Damaged:
      return "damaged";
  }
  return {};
}

Result<Bundle, BundleProblem> Bundle::read(std::span<const std::byte> region) {
  Reader header(region);
  if (as_text(header.take(magic.size())) != std::string_view(magic.data(), magic.size())) {
    return Failure{BundleProblem::Absent};
  }
  const std::size_t total = header.number(4);
  const std::uint32_t entry_count = header.number(4);
  if (!header.ok() || total < header_bytes + digest_bytes || total > region.size()) {
    return Failure{BundleProblem::Malformed};
  }
  const auto digested = region.first(total - digest_bytes);
  const std::array<std::byte, digest_bytes> digest = crypto::sha256(digested);
  if (!std::ranges::equal(digest, region.subspan(digested.size(), digest_bytes))) {
    return Failure{BundleProblem::Damaged};
  }

  const Bundle bundle(digested.subspan(header_bytes), entry_count);
  Reader entries(bundle.entries_);
  for (std::uint32_t i = 0; i < entry_count && entries.ok(); ++i) {
    const Entry entry = take_entry(entries);
    // A name that stood before finds that one.
    if (entries.ok() && bundle.find(entry.name)->data() != entry.data.data()) {
      return Failure{BundleProblem::Malformed};
    }
  }
  if (!entries.at_end()) return Failure{BundleProblem::Malformed};
  return bundle;
}

std::optional<std::string_view> Bundle::find(std::string_view name) const {
  Reader entries(entries_);
  for (std::uint32_t i = 0; i < entry_count_ && entries.ok(); ++i) {
    const Entry entry = take_entry(entries);
    if (entries.ok() && entry.name == name) return entry.data;
  }
  return {};
}

std::size_t Bundle::bytes() const { return header_bytes + entries_.size() + digest_bytes; }

}  // namespace postern::firmware
