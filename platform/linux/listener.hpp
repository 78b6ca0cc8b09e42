#pragma once

#include <string>

#include "core/platform.hpp"
#include "platform/linux/descriptor.hpp"

namespace postern::platform {

/// A listening TCP socket of one worker. Several workers listen on one address (SO_REUSEPORT) and
/// the kernel deals new clients out to them.
struct Listener {
  Descriptor socket;
  Address address;      ///< With the real port when the configured one was 0.
  std::string problem;  ///< Empty: it listens. Else what failed, and what to do about it.
};

/// For the first worker. Refuses an address where somebody listens already, which sharing alone
/// would not notice: a second gateway of the same user would silently take every other client.
Listener listen_first_on(const Address& address);
/// For the other workers. REQUIRES: `address` is that of a Listener of this process.
Listener listen_also_on(const Address& address);

}  // namespace postern::platform
