#include "platform/lwip/time_server.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/base/assert.hpp"
#include "platform/lwip/surroundings.hpp"

namespace postern::platform::lwip {
namespace {

constexpr Duration asked_hourly = seconds(3600);
// RFC 4330 section 10 allows no shorter interval.
constexpr Duration again_min = seconds(15);
constexpr Duration again_max = seconds(150);
// A later answer would set a clock wrong.
constexpr Duration answer_max = seconds(10);

// A message without extensions (RFC 5905 section 7.3).
constexpr std::size_t message_bytes = 48;
using Message = std::array<std::uint8_t, message_bytes>;
constexpr std::size_t stratum_at = 1;
constexpr std::size_t originate_at = 24;
constexpr std::size_t transmit_at = 40;
constexpr std::uint8_t mode_client = 3;
constexpr std::uint8_t mode_server = 4;
constexpr std::uint8_t version = 4;
constexpr std::uint8_t leap_unsynchronised = 3;
constexpr std::uint8_t stratum_kiss = 0;
constexpr std::uint8_t stratum_unsynchronised = 16;

// NTP counts from 1900 in 32 bits; read as signed they go on from 2036 without a break.
constexpr std::int64_t second_2036_s = 2'085'978'496;

MonotonicTime current_time() { return {static_cast<std::int64_t>(monotonic_us())}; }

std::int32_t seconds_at(const Message& message, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8U | message[at + i];
  return static_cast<std::int32_t>(value);
}

}  // namespace

TimeServer::TimeServer(const Settings& settings, Clocks& clocks)
    : clocks_(clocks), port_(settings.port), again_(again_min) {
  if (settings.name.empty() || settings.name.size() >= name_.size()) return;
  std::ranges::copy(settings.name, name_.begin());
  pcb_ = udp_new();
  POSTERN_ASSERT(pcb_ != nullptr);  // lwipopts.h counts it
  udp_recv(pcb_, on_received, this);
}

TimeServer::~TimeServer() {
  if (pcb_ != nullptr) udp_remove(pcb_);
}

MonotonicTime TimeServer::next_deadline() const { return pcb_ != nullptr ? due_ : never; }

bool TimeServer::take_news() { return std::exchange(news_, false); }

void TimeServer::advance(MonotonicTime now) {
  if (pcb_ == nullptr || now < due_) return;
  due_ = now + again_;
  again_ = std::min(again_ + again_, again_max);
  ip_addr_t found{};
  // Every time, since the name's address may have changed; lwIP remembers it as long as it may.
  if (dns_gethostbyname(name_.data(), &found, on_found, this) == ERR_OK) ask(found);
}

void TimeServer::on_found(const char* /*name*/, const ip_addr_t* found, void* server) {
  if (found != nullptr) static_cast<TimeServer*>(server)->ask(*found);
}

void TimeServer::ask(const ip_addr_t& address) {
  pbuf* const question = pbuf_alloc(PBUF_TRANSPORT, message_bytes, PBUF_RAM);
  if (question == nullptr) return;  // as if it had been lost
  nonce_ = {postern_lwip_random(), postern_lwip_random()};
  Message message{};
  message[0] = version << 3U | mode_client;
  std::memcpy(message.data() + transmit_at, nonce_.data(), sizeof nonce_);
  pbuf_take(question, message.data(), message_bytes);
  address_ = address;
  answer_until_ = current_time() + answer_max;
  udp_sendto(pcb_, question, &address, port_);  // one that cannot be sent is as good as lost
  pbuf_free(question);
}

void TimeServer::on_received(void* server, udp_pcb* /*pcb*/, pbuf* answer, const ip_addr_t* from,
                             u16_t port) {
  auto& self = *static_cast<TimeServer*>(server);
  if (ip_addr_eq(from, &self.address_) && port == self.port_) self.came(*answer, current_time());
  pbuf_free(answer);
}

void TimeServer::came(const pbuf& answer, MonotonicTime now) {
  if (now >= answer_until_) return;
  Message message;
  if (pbuf_copy_partial(&answer, message.data(), message_bytes, 0) != message_bytes) return;
  if ((message[0] & 7U) != mode_server) return;
  if (std::memcmp(message.data() + originate_at, nonce_.data(), sizeof nonce_) != 0) return;
  answer_until_ = {};  // whoever repeats it comes too late
  if (message[stratum_at] == stratum_kiss) {
    due_ = now + asked_hourly;
    return;
  }
  const bool synchronised =
      message[0] >> 6U != leap_unsynchronised && message[stratum_at] < stratum_unsynchronised;
  if (!synchronised) return;  // it may be soon
  again_ = again_min;
  due_ = now + asked_hourly;
  news_ = clocks_.told(WallTime{second_2036_s + seconds_at(message, transmit_at)}, now);
}

}  // namespace postern::platform::lwip
