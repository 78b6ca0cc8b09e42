#include "platform/linux/listener.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <cerrno>
#include <cstring>

#include "platform/linux/socket_address.hpp"

namespace postern::platform {
namespace {

// The kernel cuts it down to net.core.somaxconn.
constexpr int backlog = 4096;

bool enable(int socket, int level, int option) {
  const int on = 1;
  return setsockopt(socket, level, option, &on, sizeof on) == 0;
}

std::string remedy(int error) {
  switch (error) {
    case EADDRINUSE:
      return "; another program listens there: stop it or choose another port";
    case EADDRNOTAVAIL:
      return "; this machine does not have that address";
    case EACCES:
      return "; ports below 1024 need the capability CAP_NET_BIND_SERVICE";
    default:
      return "";
  }
}

Descriptor open_socket(const Address& address) {
  const bool v6 = address.family == Address::Family::V6;
  Descriptor opened(
      ::socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const int socket = opened.number();
  // "[::]" and "0.0.0.0" on one port are two listeners, so each takes its own family only.
  if (socket < 0 || !enable(socket, SOL_SOCKET, SO_REUSEADDR) ||
      (v6 && !enable(socket, IPPROTO_IPV6, IPV6_V6ONLY))) {
    return Descriptor();
  }
  return opened;
}

bool bind_to(const Descriptor& socket, const Address& address) {
  const SocketAddress wanted(address);
  return bind(socket.number(), wanted.data(), wanted.size()) == 0;
}

Listener failed(const Address& address, int error) {
  Listener listener;
  listener.address = address;
  listener.problem = text_of(address) + ": " + strerror(error) + remedy(error);
  return listener;
}

}  // namespace

Listener listen_first_on(const Address& address) {
  if (address.port != 0) {
    const Descriptor probe = open_socket(address);
    if (!probe.valid() || !bind_to(probe, address)) return failed(address, errno);
  }
  return listen_also_on(address);
}

Listener listen_also_on(const Address& address) {
  Listener listener;
  listener.address = address;
  listener.socket = open_socket(address);
  const int socket = listener.socket.number();
  SocketAddress got;
  // Clients inherit TCP_NODELAY: one call here instead of one per client.
  if (socket < 0 || !enable(socket, SOL_SOCKET, SO_REUSEPORT) ||
      !enable(socket, IPPROTO_TCP, TCP_NODELAY) || !bind_to(listener.socket, address) ||
      listen(socket, backlog) != 0 ||
      getsockname(socket, got.data(), got.size_for_filling()) != 0) {
    return failed(address, errno);
  }
  listener.address.port = got.address().port;
  return listener;
}

}  // namespace postern::platform
