#pragma once

#include <lwip/dns.h>

#include <array>
#include <cstddef>
#include <string_view>

#include "core/platform.hpp"

namespace postern::platform::lwip {

/// Looks names up with lwIP's DNS client, which remembers an answer as long as that allows. At most
/// `names_max` at a time; beyond that the answer is "nothing" at once, and the engine's to repeat.
class Resolver {
 public:
  static constexpr std::size_t names_max = NETWORK_NAMES;
  /// Longer than any name may be (RFC 1035 section 2.3.4).
  static constexpr std::size_t name_bytes_max = DNS_MAX_NAME_LENGTH - 1;

  Resolver() = default;
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  /// Starts a lookup, whose answer tell() tells. False: not now, or not ever, so: nothing.
  [[nodiscard]] bool ask(std::string_view name);
  /// Tells `engine` what was found meanwhile.
  void tell(Engine& engine, const Clock& clock);

 private:
  struct Question {
    enum class State : std::uint8_t { Free, Asked, Answered };
    State state = State::Free;
    Address found;  ///< Without a family: nothing.
    std::array<char, DNS_MAX_NAME_LENGTH> name;
  };
  static void on_found(const char* name, const ip_addr_t* found, void* question);

  std::array<Question, names_max> questions_;
};

}  // namespace postern::platform::lwip
