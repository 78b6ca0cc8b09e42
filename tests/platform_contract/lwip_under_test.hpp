#pragma once

#include <lwip/dns.h>
#include <lwip/tcp.h>
#include <lwip/udp.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platform/lwip/event_loop.hpp"
#include "platform/lwip/pools.hpp"
#include "tests/platform_contract/platform_under_test.hpp"
#include "tests/support/block.hpp"
#include "tests/support/lwip/wire.hpp"

namespace postern::contract {

inline Address wire_address(std::uint8_t host, std::uint16_t port) {
  Address address;
  address.family = Address::Family::V4;
  address.port = port;
  address.bytes = {10, 0, 0, host};
  return address;
}

inline Address any_address(std::uint16_t port) {
  Address address = wire_address(0, port);
  address.bytes = {};
  return address;
}

/// The other end of a connection, on the same lwIP. Moved on by pump().
class LwipPeer final : public Client {
 public:
  /// A client of `address`.
  explicit LwipPeer(const Address& address) { lost = connection_.connect({}, address).has_value(); }
  /// A server that sends back what it gets.
  explicit LwipPeer(tcp_pcb* client) : echo_(true) { connection_.accepted({}, client); }
  ~LwipPeer() override { connection_.abort(); }

  void send(std::string_view bytes) override { out_ += bytes; }
  void finish() override { finishing_ = true; }
  void reset() override { connection_.abort(); }

  void pump() {
    if (!connection_.open() || !connection_.connected()) {
      lost = lost || connection_.gone();
      return;
    }
    while (!connection_.arrived().empty()) {
      const auto bytes = as_text(connection_.arrived());
      heard += bytes;
      if (echo_) out_ += bytes;
      connection_.taken(bytes.size());
    }
    ended = ended || connection_.ended();
    lost = lost || connection_.gone();
    out_.erase(0, connection_.write({std::as_bytes(std::span(out_))}));
    connection_.flush();
    if (out_.empty() && std::exchange(finishing_, false)) connection_.finish_sending();
  }

 private:
  platform::lwip::Connection connection_;
  std::string out_;
  bool echo_ = false;
  bool finishing_ = false;
};

/// platform/lwip in simulated time, over a wire that comes back to it. lwIP's variables are those
/// of the process: one of these at a time, which leaves everything as it was.
class LwipUnderTest final : public PlatformUnderTest {
 public:
  /// The board's flash.
  using Medium = std::map<std::string, std::string, std::less<>>;
  static constexpr std::uint8_t host = 1;

  explicit LwipUnderTest(Medium& medium, std::uint64_t seed = 1) : wire(seed) {
    test::Wire::start_lwip();
    flash = &medium;
    log_text.clear();
    started_ =
        network_.start({wire_address(host, 0), 24, wire_address(2, 0), wire_address(host, 0)});
    listen_for_echo();
    serve_names();
    loop_.emplace(platform::lwip::EventLoop::Parts{
        .engine = engine_,
        .network = network_,
        .log = write_log,
        .store = {.records = records, .load = load, .replace = replace},
        .time_server = time_server,
        .connections = connections_.bytes(),
        .floor = WallTime{1'700'000'000},
        .drain = seconds(1)});
    started_ = started_ && loop_->add_listener(ListenerId{0}, any_address(80));
  }
  // Nothing may be left behind, in which the next test would find less.
  ~LwipUnderTest() override {
    peers_.clear();
    wire.cut = true;
    settle();
    loop_.reset();
    tcp_close(echo_);
    udp_remove(names_);
    netif_remove(&network_.interface());
    for (std::size_t i = 0; i < platform::lwip::pool_count; ++i) {
      const platform::lwip::PoolUse use = platform::lwip::pool_use(i);
      const bool idle = use.used == 0 || use.name == "timeouts";
      EXPECT_TRUE(idle) << use.used << " " << use.name;
    }
  }

  LwipPeer& connect() override {
    return *peers_.emplace_back(std::make_unique<LwipPeer>(wire_address(host, 80)));
  }
  bool until(const std::function<bool()>& done) override { return until(done, seconds(5)); }
  bool until(const std::function<bool()>& done, Duration at_most) {
    const std::uint64_t end = test::simulated_us + static_cast<std::uint64_t>(at_most.us);
    while (!done()) {
      if (test::simulated_us >= end) return false;
      step(end);
    }
    return true;
  }
  void pass(Duration time) {
    until([] { return false; }, time);
  }
  void drain() override { loop_->drain(); }
  void shut_down() override {}
  ContractEngine& engine() override { return engine_; }
  std::string log() override { return log_text; }
  std::string complaint() override { return started_ ? "" : "not started"; }

  platform::lwip::EventLoop& loop() { return *loop_; }
  platform::lwip::Network& network() { return network_; }
  [[nodiscard]] std::size_t turns() const { return turns_; }

  test::Wire wire;
  bool name_server_answers = true;
  /// For the next one that is made.
  static inline platform::lwip::TimeServer::Settings time_server;

 private:
  static constexpr std::uint64_t turn_us = 10;
  static constexpr std::uint16_t echo_port = 7;
  static constexpr std::uint16_t deserted_port = 9;
  static constexpr std::string_view records[] = {ContractEngine::record_name};
  static inline Medium* flash = nullptr;
  static inline std::string log_text;

  static std::size_t write_log(std::span<const std::byte> bytes) {
    const auto some = as_text(bytes).substr(0, 5);  // a UART with little room
    log_text += some;
    return some.size();
  }
  static std::size_t load(std::string_view name, std::span<std::byte> data) {
    const auto record = flash->find(name);
    if (record == flash->end()) return 0;
    std::memcpy(data.data(), record->second.data(), record->second.size());
    return record->second.size();
  }
  static bool replace(std::string_view name, std::span<const std::byte> data) {
    (*flash)[std::string(name)] = as_text(data);
    return true;
  }

  void step(std::uint64_t end) {
    ++turns_;
    const Duration rest = loop_->turn();
    for (const auto& peer : peers_) peer->pump();
    const std::uint64_t asleep_until =
        std::min(test::simulated_us + static_cast<std::uint64_t>(rest.us), wire.next_due_us());
    test::simulated_us = std::clamp(asleep_until, test::simulated_us + turn_us, end + turn_us);
  }
  // Questions to the name server and connections that have ended run out.
  void settle() { pass(seconds(300)); }

  void listen_for_echo() {
    tcp_pcb* const pcb = tcp_new();
    tcp_bind(pcb, IP_ADDR_ANY, echo_port);
    echo_ = tcp_listen(pcb);
    tcp_arg(echo_, this);
    tcp_accept(echo_, [](void* self, tcp_pcb* client, err_t) -> err_t {
      auto& peers = static_cast<LwipUnderTest*>(self)->peers_;
      peers.push_back(std::make_unique<LwipPeer>(client));
      return ERR_OK;
    });
  }
  // Every name has our address.
  void serve_names() {
    names_ = udp_new();
    udp_bind(names_, IP_ADDR_ANY, 53);
    udp_recv(names_, answer_name, this);
  }
  static void answer_name(void* self, udp_pcb* pcb, pbuf* question, const ip_addr_t* from,
                          u16_t port) {
    std::string text(question->tot_len, '\0');
    pbuf_copy_partial(question, text.data(), question->tot_len, 0);
    pbuf_free(question);
    if (!static_cast<LwipUnderTest*>(self)->name_server_answers) return;
    text[2] = '\x81';
    text[3] = '\x80';
    text[7] = 1;
    text += std::string("\xC0\x0C\0\1\0\1\0\0\0\x3C\0\4\x0A\0\0\1", 16);
    pbuf* const answer = pbuf_alloc(PBUF_TRANSPORT, static_cast<u16_t>(text.size()), PBUF_RAM);
    pbuf_take(answer, text.data(), static_cast<u16_t>(text.size()));
    udp_sendto(pcb, answer, from, port);
    pbuf_free(answer);
  }

  ContractEngine engine_{wire_address(host, echo_port), wire_address(host, deserted_port)};
  platform::lwip::Network network_{test::Wire::driver()};
  test::Block connections_{static_cast<std::size_t>(
      platform::lwip::EventLoop::connections_row(ContractEngine::connections_max).bytes())};
  tcp_pcb* echo_ = nullptr;
  udp_pcb* names_ = nullptr;
  std::vector<std::unique_ptr<LwipPeer>> peers_;
  std::optional<platform::lwip::EventLoop> loop_;
  bool started_ = false;
  std::size_t turns_ = 0;
};

}  // namespace postern::contract
