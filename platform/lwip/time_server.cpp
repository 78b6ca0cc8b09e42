#include "platform/lwip/time_server.hpp"

#include <lwip/apps/sntp.h>

#include <algorithm>

#include "core/base/assert.hpp"
#include "platform/lwip/surroundings.hpp"

namespace postern::platform::lwip {
namespace {

// lwIP's SNTP client is one per process and calls a function without an argument.
Clocks* clocks_to_set = nullptr;

// NTP counts from 1900 in 32 bits; read as signed they go on from 2036 without a break.
constexpr std::int64_t second_2036_s = 2'085'978'496;

}  // namespace

TimeServer::TimeServer(std::string_view server, Clocks& clocks) {
  POSTERN_ASSERT(clocks_to_set == nullptr);
  clocks_to_set = &clocks;
  if (server.size() < server_.size()) std::copy(server.begin(), server.end(), server_.begin());
}

TimeServer::~TimeServer() {
  if (asking_) sntp_stop();
  clocks_to_set = nullptr;
}

void TimeServer::ask() {
  if (asking_ || server_.front() == '\0') return;
  asking_ = true;
  sntp_setoperatingmode(SNTP_OPMODE_POLL);
  sntp_setservername(0, server_.data());
  sntp_init();
}

// What arch/cc.h declares.
extern "C" void postern_lwip_time_received(std::int32_t seconds) {
  if (clocks_to_set == nullptr) return;
  const MonotonicTime now{static_cast<std::int64_t>(monotonic_us())};
  clocks_to_set->told(WallTime{second_2036_s + seconds}, now);
}

}  // namespace postern::platform::lwip
