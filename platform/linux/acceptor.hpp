#pragma once

#include "core/platform.hpp"
#include "platform/linux/descriptor.hpp"

namespace postern::platform {

/// Takes clients from listening sockets, also when no file descriptor is left for them: a client
/// that is not accepted would wake the loop up for ever, so one descriptor is kept spare to accept
/// it with, and close it.
class Acceptor {
 public:
  Acceptor() : spare_(open_spare()) {}

  /// The next client of `listener`, with its address in `peer`. None: nobody is waiting, or nobody
  /// can be taken now.
  Descriptor accept(int listener, Address& peer);

 private:
  static Descriptor open_spare();
  void turn_one_away(int listener);

  Descriptor spare_;
};

}  // namespace postern::platform
