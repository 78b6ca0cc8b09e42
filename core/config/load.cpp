#include "core/config/load.hpp"

#include <algorithm>
#include <new>

#include "core/base/assert.hpp"
#include "core/config/check.hpp"
#include "core/config/loader.hpp"
#include "core/config/tables.hpp"

namespace postern::config {
namespace {

// A text file's end, not part of any JSON: what editors on other systems put at its beginning.
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

void report_syntax(std::string_view text, const json::ParseFailure& failure, const Spot& file,
                   Reporter& report) {
  const json::Position position = json::position_of(text, failure.offset);
  report.add(file,
             {"line ", Shown(position.line), ", column ", Shown(position.column), ": ",
              json::describe(failure.error)},
             {"correct the JSON there"});
}

}  // namespace

const Config* load(std::string_view text, FileReader& files, Arena& arena, Arena& scratch,
                   Findings& findings, const Target& target) {
  Reporter report(findings);
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  const auto root = json::parse(text, scratch, file_limits);
  if (!root) {
    report_syntax(text, root.error(), Spot(json::Value()), report);
    return nullptr;
  }
  const Spot file(*root);
  check(file, tables::file, report);
  if (!root->is(json::Type::Object)) return nullptr;
  static_assert(sizeof(Loader) + alignof(Loader) <= loader_bytes_max);
  void* const loader_place = scratch.take(sizeof(Loader), alignof(Loader));
  if (loader_place == nullptr) {
    report_syntax(text, {json::ParseError::NoMemory, 0}, file, report);
    return nullptr;
  }
  // Not take_array(): a megabyte would be cleared for files that most configurations do not name.
  const std::size_t file_bytes = std::min(file_scratch_bytes, scratch.size() - scratch.used());
  auto* const place = static_cast<std::byte*>(scratch.take(file_bytes, 1));
  auto* const loader = new (loader_place) Loader(files, arena, {place, file_bytes}, target, report);
  const Config* config = loader->load(file);
  return report.count() == 0 ? config : nullptr;
}

const Config* Loader::load(const Spot& file) {
  config_ = take<Config>(1).data();
  if (config_ != nullptr) {
    config_->replaces_certificates = target_.replaces_certificates;
    load_listeners(file.member("listeners"));
    load_limits(file.member("limits"));
    load_timeouts(file.member("timeouts"));
    load_proxies(file.member("trusted_proxies"));
    load_logging(file.member("logging"));
    load_clock(file.member("clock"));
    load_errors(file.member("errors"), config_->errors);
    load_providers(file.member("providers"));
    load_upstreams(file.member("upstreams"));
    count_waits(file);
    load_endpoints(file.member("endpoints"));
    load_peers(file.member("providers"), file.member("upstreams"));
    keep_revocable(file.member("endpoints"));
    keep_binding(file.member("endpoints"));
    const std::span<Claim> claims = take<Claim>(claim_count_);
    std::copy_n(claims_.begin(), claims.size(), claims.begin());
    config_->claims = claims;
    const std::span<std::string_view> reserved = take<std::string_view>(reserved_count_);
    std::copy_n(reserved_.begin(), reserved.size(), reserved.begin());
    config_->reserved_headers = reserved;
  }
  if (!no_memory_) return config_;
  report_.add(file, {"needs more memory than a configuration may take"}, {"shorten it"});
  return nullptr;
}

std::string_view Loader::keep(std::string_view text) {
  bool ok = true;
  const std::string_view copy = arena_.copy(text, ok);
  no_memory_ |= !ok;
  return copy;
}

std::string_view Loader::keep_lower(std::string_view text) {
  const std::span<char> copy = take<char>(text.size());
  std::transform(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(copy.size()),
                 copy.begin(), ascii_lower);
  return {copy.data(), copy.size()};
}

std::string_view Loader::printable(const Spot& spot) {
  if (!spot.value().is(json::Type::String)) return {};
  const std::string_view text = spot.text();
  if (text.empty()) {
    report_.add(spot, {"is empty"}, {"write something, or take the member out"});
  }
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F) continue;
    report_.add(spot, {"holds a control character"}, {"take it out"});
    break;
  }
  return keep(text);
}

std::span<const std::string_view> Loader::texts(const Spot& list) {
  if (!list.value().is(json::Type::Array)) return {};
  const std::span<std::string_view> all = take<std::string_view>(list.size());
  std::size_t count = 0;
  list.for_each([&](const Spot& spot) {
    if (count < all.size()) all[count++] = printable(spot);
  });
  return all;
}

std::int64_t Loader::number(const Spot& object, std::span<const Member> table,
                            std::string_view name) {
  for (const Member& member : table) {
    if (member.name != name) continue;
    const auto value = object.member(name).value().fixed_point(member.shape.decimals);
    if (value && *value >= member.shape.min && *value <= member.shape.max) return *value;
    return member.standard == no_standard ? 0 : member.standard;
  }
  POSTERN_ASSERT(false);
  return 0;
}

}  // namespace postern::config
