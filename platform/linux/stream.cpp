#include "platform/linux/stream.hpp"

#include <sys/socket.h>
#include <sys/uio.h>
#include <cerrno>

namespace postern::platform {
namespace {

Moved outcome(ssize_t count) {
  if (count > 0) return {Moved::Kind::Some, static_cast<std::size_t>(count)};
  if (count == 0) return {Moved::Kind::End, 0};
  return {errno == EAGAIN ? Moved::Kind::Nothing : Moved::Kind::Broken, 0};
}

}  // namespace

Moved receive_some(int socket, std::span<std::byte> window) {
  ssize_t count;  // NOLINT(cppcoreguidelines-init-variables)
  do {
    count = recv(socket, window.data(), window.size(), MSG_DONTWAIT);
  } while (count < 0 && errno == EINTR);
  return outcome(count);
}

Moved send_some(int socket, const SendWindow& window) {
  iovec pieces[std::tuple_size_v<SendWindow>];
  msghdr message{};
  message.msg_iov = pieces;
  for (const std::span<const std::byte> piece : window) {
    if (piece.empty()) break;
    pieces[message.msg_iovlen++] = {const_cast<std::byte*>(piece.data()), piece.size()};
  }
  ssize_t count;  // NOLINT(cppcoreguidelines-init-variables)
  do {
    // One piece, the usual case, spares the kernel copying the message header.
    count = message.msg_iovlen == 1
                ? send(socket, pieces[0].iov_base, pieces[0].iov_len, MSG_NOSIGNAL | MSG_DONTWAIT)
                : sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
  } while (count < 0 && errno == EINTR);
  return outcome(count);
}

std::size_t size_of(const SendWindow& window) {
  std::size_t total = 0;
  for (const std::span<const std::byte> piece : window) total += piece.size();
  return total;
}

}  // namespace postern::platform
