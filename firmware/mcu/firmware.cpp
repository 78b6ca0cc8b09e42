#include "firmware/mcu/firmware.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "core/base/secret.hpp"
#include "core/base/status.hpp"
#include "core/config/load.hpp"
#include "core/crypto/random.hpp"
#include "core/crypto/working_memory.hpp"
#include "core/http/ip_address.hpp"
#include "firmware/mcu/board.hpp"
#include "firmware/mcu/bundle_files.hpp"
#include "firmware/mcu/image.hpp"
#include "firmware/mcu/limits.hpp"
#include "firmware/mcu/say.hpp"
#include "firmware/mcu/stack_use.hpp"
#include "platform/lwip/pools.hpp"
#include "platform/lwip/surroundings.hpp"

namespace postern::firmware {
namespace {

namespace lwip = platform::lwip;

constexpr std::string_view configuration_name = "postern.json";

// What mbedTLS takes to check a chain of certificates and its key while a configuration is read.
constexpr std::size_t checking_bytes = 32 * KiB;

constexpr std::size_t answer_bytes_max = status_members_bytes_max() + 1024;

// NOLINTBEGIN(cppcoreguidelines-avoid-non-const-global-variables): plain functions reach them
std::array<char, answer_bytes_max> answer;
constinit SerialLine serial_line(board::log, answer);
std::optional<RecordStore> records;
bool reachable = false;
// NOLINTEND(cppcoreguidelines-avoid-non-const-global-variables)

constexpr std::array record_names = {gateway::clock_floor_record};

constexpr lwip::EventLoop::Store store = {
    .records = record_names,
    .load = [](std::string_view, std::span<std::byte> data) { return records->load(data); },
    .replace = [](std::string_view,
                  std::span<const std::byte> data) { return records->replace(data); }};

// One line each: postern.json#/json/pointer: problem; remedy
class SaidFindings final : public config::Findings {
 public:
  void close() const {
    if (count() > count_max) say({"... and ", Digits(count() - count_max), " more\n"});
  }

 private:
  void found(const config::Finding& finding) override {
    say({configuration_name, "#", finding.pointer, ": ", finding.problem, "; ", finding.remedy,
         "\n"});
  }
};

void say_address(const Address& address) {
  std::array<char, 64> text;
  ByteWriter out(text);
  http::write_address(out, address);
  say(out.written());
}

MemoryRow configuration_row(std::size_t bytes) { return {"configuration", bytes, 1}; }

}  // namespace

bool Firmware::start() {
  say({"postern ", version, " on ", board::name, "\nentropy: ", board::entropy_source(), "\n"});
  return find_bundle() && read_network_settings() && load_configuration() && fits_the_board() &&
         make_engine() && start_network() && listen();
}

// What was written to the board's flash, or else what the image was linked with.
bool Firmware::find_bundle() {
  auto bundle = Bundle::read(board::configuration_region());
  if (!bundle && !linked_configuration().empty()) {
    if (bundle.error() != BundleProblem::Absent) {
      say({"postern: the configuration in flash is ", describe(bundle.error()),
           ": taking the image's own\n"});
    }
    bundle = Bundle::read(linked_configuration());
  }
  if (!bundle) {
    say({"postern: the configuration in flash is ", describe(bundle.error()),
         "; write one with tools/flash-config\n"});
    return false;
  }
  bundle_ = *bundle;
  return true;
}

bool Firmware::read_network_settings() {
  const auto read = [this](std::string_view entry, auto parse, auto& settings) {
    const auto text = bundle_->find(entry);
    if (!text) return true;
    const auto parsed = parse(*text);
    if (parsed) {
      settings = *parsed;
    } else {
      say({"postern: the bundle's ", entry, " is not understood: ", *text, "\n"});
    }
    return parsed.has_value();
  };
  return read("network", parse_network, network_settings_) &&
         read("ntp", parse_time_server, time_server_);
}

// Into the front of the arena, where it stays; what is behind it is scratch memory meanwhile.
bool Firmware::load_configuration() {
  const auto text = bundle_->find(configuration_name);
  if (!text) {
    say({"postern: the bundle has no ", configuration_name, "\n"});
    return false;
  }

  const std::span<std::byte> memory = arena_memory();
  const std::span<std::byte> scratch_memory = memory.subspan(memory.size() / 4);
  // To check a key is arithmetic with it, which is blinded.
  crypto::use_working_memory(scratch_memory.first(checking_bytes));
  if (!crypto::use_entropy(board::fill_with_entropy)) {
    say("postern: the board has no random numbers\n");
    return false;
  }
  Arena arena(memory.first(memory.size() / 4));
  Arena scratch(scratch_memory.subspan(checking_bytes));
  BundleFiles files(*bundle_);
  SaidFindings findings;
  config_ = config::load(*text, files, arena, scratch, findings, board_limits());
  findings.close();
  wipe(scratch_memory);  // secrets were in it
  configuration_bytes_ = arena.used();
  return config_ != nullptr;
}

// What the network was built for, and the memory that the image leaves.
bool Firmware::fits_the_board() {
  const auto too_many = [](std::string_view what, std::size_t count, std::size_t count_max,
                           std::string_view remedy) {
    if (count <= count_max) return false;
    say({configuration_name, "#", what, ": ", Digits(count), " are more than the ",
         Digits(count_max), " that this board is built for; ", remedy, "\n"});
    return true;
  };
  if (too_many("/listeners", config_->listeners.size(), lwip::EventLoop::listeners_max,
               "take some out") ||
      too_many("/limits", gateway::connection_count_max(*config_), lwip::EventLoop::connections_max,
               "lower connections, idle_connections, upstream_connections or lookups")) {
    return false;
  }
  const MemoryPlan plan = plan_memory();
  planned_bytes_ = plan.total_bytes();
  const std::size_t available = arena_memory().size();
  if (planned_bytes_ <= available) return true;
  std::array<char, 100> line;
  for (const MemoryRow& row : plan.rows()) {
    ByteWriter out(line);
    write_row(out, plan, row);
    say(out.written());
  }
  say({configuration_name, "#/limits: take ", Digits(planned_bytes_), " bytes of memory, but the ",
       "board has ", Digits(available), "; lower what takes most of it\n"});
  return false;
}

MemoryPlan Firmware::plan_memory() const {
  MemoryPlan plan = gateway::plan_memory(*config_, 1);
  plan.add(lwip::EventLoop::connections_row(gateway::connection_count_max(*config_)));
  plan.add(configuration_row(configuration_bytes_));
  return plan;
}

bool Firmware::make_engine() {
  Arena arena(arena_memory());
  take_row(arena, configuration_row(configuration_bytes_));  // where it is already
  std::array<std::byte, 32> entropy;
  const bool filled = board::fill_with_entropy(entropy);
  gateway::Shared* const shared =
      filled ? gateway::create_shared(arena, *config_, 1, entropy) : nullptr;
  wipe(entropy);
  if (shared == nullptr) {
    say("postern: the board has no random numbers\n");
    return false;
  }
  engine_ = gateway::create(arena, *config_, *shared, 0, 1);
  if (engine_ == nullptr) {
    say("postern: the certificates take more memory than was planned\n");
    return false;
  }
  records.emplace(RecordStore::Flash{board::record_sector, board::erase_record_sector,
                                     board::program_record_sector});
  lwip::start({.monotonic_us = board::monotonic_us, .fill_with_random = crypto::fill_random});
  network_.emplace(lwip::Network::Driver{board::start_network, board::poll_network});
  loop_.emplace(lwip::EventLoop::Parts{
      .engine = *engine_,
      .network = *network_,
      // What was said before stands before all of it.
      .log =
          [](std::span<const std::byte> bytes) { return reachable ? serial_line.log(bytes) : 0; },
      .store = store,
      .time_server = {time_server_.name, time_server_.port},
      .connections =
          take_row(arena, lwip::EventLoop::connections_row(engine_->connection_count_max())),
      .floor = WallTime{build_epoch},
      .drain = config_->timeouts.drain});
  return true;
}

bool Firmware::start_network() {
  if (!network_->start({.address = network_settings_.address,
                        .prefix_bits = network_settings_.prefix_bits,
                        .gateway = network_settings_.gateway,
                        .name_server = network_settings_.name_server})) {
    say("postern: the Ethernet controller does not answer\n");
    return false;
  }
  if (network_settings_.address.family == Address::Family::None) {
    say("postern: waiting for an address from DHCP\n");
  }
  return true;
}

bool Firmware::listen() {
  for (std::size_t i = 0; i < config_->listeners.size(); ++i) {
    const ListenerId id{static_cast<std::uint8_t>(i)};
    if (loop_->add_listener(id, config_->listeners[i].address)) continue;
    say({configuration_name, "#/listeners/", Digits(i),
         "/address: cannot be listened on; an address of IPv4 that no other listener has\n"});
    return false;
  }
  return true;
}

Duration Firmware::turn() {
  const Duration until_next = loop_->turn();
  if (!reachable) say_once_reachable();
  answer_questions();
  serial_line.turn();
  return until_next;
}

// Before any line of the log.
void Firmware::say_once_reachable() {
  const Address address = network_->address();
  if (address.family == Address::Family::None) return;
  say("postern: address ");
  say_address(address);
  say("\npostern: listening on ");
  for (const config::Listener& listener : config_->listeners) {
    if (&listener != config_->listeners.data()) say(", ");
    say_address(listener.address);
    say({":", Digits(listener.address.port)});
  }
  say({"; ", Digits(planned_bytes_ / KiB), " of ", Digits(arena_memory().size() / KiB), " KiB\n"});
  reachable = true;
}

void Firmware::answer_questions() {
  std::array<std::byte, 16> typed;
  const std::size_t count = board::typed(typed);
  if (!serial_line.came_in(std::span(typed).first(count))) return;
  ByteWriter out(serial_line.answer_room());
  write_status(out);
  serial_line.answer(out.size());
}

// What `postern run` prints, and what a board has beside it: how near its fixed memories came to
// their end.
void Firmware::write_status(ByteWriter& out) const {
  Status status{.clock = gateway::clock_trust(*engine_),
                .store_failures = loop_->counts().store_failures,
                .counters = {}};
  status.counters.add(gateway::counters(*engine_));
  const auto member = [&out](std::string_view name, std::uint64_t value) {
    out.text(",\"");
    out.text(name);
    out.text("\":");
    out.number(value);
  };
  out.character('{');
  write_members(out, status);
  member("uptime_s", board::monotonic_us() / 1'000'000);
  member("stack_bytes", stack_use().bytes);
  member("stack_bytes_max", stack_use().bytes_max);
  member("library_bytes", crypto::working_memory_used());
  member("library_bytes_max", crypto::working_memory_peak());
  out.text(R"(,"network":{)");
  for (std::size_t i = 0; i < lwip::pool_count; ++i) {
    const lwip::PoolUse use = lwip::pool_use(i);
    if (i != 0) out.character(',');
    out.character('"');
    out.text(use.name);
    out.text(R"(":{"count":)");
    out.number(use.count);
    member("used", use.used);
    member("used_max", use.used_max);
    member("refused", use.refused);
    out.character('}');
  }
  out.text("}}");
}

}  // namespace postern::firmware
