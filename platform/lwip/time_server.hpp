#pragma once

#include <lwip/dns.h>
#include <lwip/udp.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/base/time.hpp"
#include "platform/lwip/clocks.hpp"

namespace postern::platform::lwip {

/// Sets the clocks by SNTP (RFC 5905 section 14): at start, and once an hour. Nobody is asked
/// before the first advance(), and without a server.
///
/// An answer counts that comes from the address and port that were asked, repeats the question's
/// 64 random bits (which say nothing about our clock), is the first to do so, comes within ten
/// seconds, and says that its server is synchronised. What it says beyond that Clocks judges. While
/// none comes the question is repeated, after 15 s at first and never later than after 150 s; who
/// answers with a kiss-o'-death is left alone for an hour.
class TimeServer {
 public:
  struct Settings {
    std::string_view name;     ///< An address or a name; empty, or too long for one: nobody.
    std::uint16_t port = 123;  ///< What NTP has.
  };

  /// REQUIRES: `clocks` outlives it; and it outlives a lookup of the name that it began.
  TimeServer(const Settings& settings, Clocks& clocks);
  ~TimeServer();
  TimeServer(const TimeServer&) = delete;
  TimeServer& operator=(const TimeServer&) = delete;

  /// Asks when it is time to. To be called once the network has an address.
  void advance(MonotonicTime now);
  [[nodiscard]] MonotonicTime next_deadline() const;

  /// True once after the clocks were set.
  [[nodiscard]] bool take_news();

 private:
  using Nonce = std::array<std::uint32_t, 2>;

  static void on_found(const char* name, const ip_addr_t* found, void* server);
  static void on_received(void* server, udp_pcb* pcb, pbuf* answer, const ip_addr_t* from,
                          u16_t port);
  void ask(const ip_addr_t& address);
  void came(const pbuf& answer, MonotonicTime now);

  Clocks& clocks_;
  std::array<char, DNS_MAX_NAME_LENGTH> name_{};
  std::uint16_t port_;
  udp_pcb* pcb_ = nullptr;
  MonotonicTime due_;
  Duration again_;              ///< How long after the next question it is repeated.
  MonotonicTime answer_until_;  ///< In the past: nobody was asked, or the answer is there.
  ip_addr_t address_{};         ///< Who was asked.
  Nonce nonce_{};               ///< What the answer has to repeat.
  bool news_ = false;
};

}  // namespace postern::platform::lwip
