#include "platform/linux/acceptor.hpp"

#include <fcntl.h>
#include <sys/socket.h>

#include <cerrno>

#include "platform/linux/socket_address.hpp"

namespace postern::platform {

Descriptor Acceptor::open_spare() { return Descriptor(open("/dev/null", O_RDONLY | O_CLOEXEC)); }

Descriptor Acceptor::accept(int listener, Address& peer) {
  for (;;) {
    SocketAddress from;
    Descriptor client(
        accept4(listener, from.data(), from.size_for_filling(), SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (client.valid()) {
      peer = from.address();
      return client;
    }
    if (errno == EINTR || errno == ECONNABORTED) continue;
    if (errno == EMFILE || errno == ENFILE) turn_one_away(listener);
    return Descriptor();
  }
}

// One per turn of the loop: meanwhile others may end. The spare descriptor may get lost to another
// thread in between; then the next turn tries to have one again.
void Acceptor::turn_one_away(int listener) {
  spare_.reset();
  Descriptor(accept4(listener, nullptr, nullptr, SOCK_CLOEXEC)).reset();
  spare_ = open_spare();
}

}  // namespace postern::platform
