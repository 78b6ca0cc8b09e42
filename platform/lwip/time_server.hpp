#pragma once

#include <lwip/dns.h>

#include <array>
#include <string_view>

#include "platform/lwip/clocks.hpp"

namespace postern::platform::lwip {

/// Sets the clocks by SNTP: at start, and once an hour. lwIP checks that an answer comes from the
/// server that was asked, repeats the question's 64 random bits, and is no kiss of death; Clocks
/// judges what it says. Nobody is asked before ask() and without a server.
class TimeServer {
 public:
  /// `server`: an address or a name; empty: none. Too long a name is none.
  /// REQUIRES: `clocks` outlives it; one at a time.
  TimeServer(std::string_view server, Clocks& clocks);
  ~TimeServer();
  TimeServer(const TimeServer&) = delete;
  TimeServer& operator=(const TimeServer&) = delete;

  /// Begins to ask; once the network has an address, since lwIP waits long between two attempts.
  void ask();

 private:
  bool asking_ = false;
  std::array<char, DNS_MAX_NAME_LENGTH> server_{};
};

}  // namespace postern::platform::lwip
