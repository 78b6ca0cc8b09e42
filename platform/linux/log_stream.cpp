#include "platform/linux/log_stream.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <cerrno>
#include <climits>

#include <algorithm>
#include <string>

#include "core/base/bytes.hpp"
#include "platform/linux/stream.hpp"

namespace postern::platform {
namespace {

/// Length of the longest run of whole lines at the beginning that is at most `limit` long; `limit`
/// when not even one line fits.
std::size_t whole_lines(const SendWindow& lines, std::size_t limit) {
  std::size_t before = 0;
  std::size_t whole = 0;
  for (const std::span<const std::byte> piece : lines) {
    const std::string_view text = as_text(piece.first(std::min(piece.size(), limit - before)));
    const std::size_t end = text.rfind('\n');
    if (end != std::string_view::npos) whole = before + end + 1;
    before += text.size();
  }
  return whole > 0 ? whole : before;
}

}  // namespace

LogStream::LogStream(int standard_error) : target_(standard_error) {
  struct stat about {};
  if (fstat(standard_error, &about) != 0) return;
  regular_file_ = S_ISREG(about.st_mode);
  if (regular_file_) return;
  if (S_ISSOCK(about.st_mode)) {
    how_ = How::Socket;
    return;
  }
  const std::string name = "/proc/self/fd/" + std::to_string(standard_error);
  own_ = Descriptor(open(name.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (own_.valid()) {
    target_ = own_.number();
  } else {
    how_ = How::PollFirst;
  }
}

bool LogStream::has_room() const {
  pollfd query{.fd = target_, .events = POLLOUT, .revents = 0};
  return poll(&query, 1, 0) == 1;
}

std::size_t LogStream::write(const SendWindow& lines) const {
  if (size_of(lines) == 0) return 0;
  if (how_ != How::PollFirst) return write_at_once(lines);
  const std::unique_lock turn(asked_room_, std::try_to_lock);
  return turn.owns_lock() && has_room() ? write_at_once(lines) : 0;
}

std::size_t LogStream::write_at_once(const SendWindow& lines) const {
  const std::size_t total = size_of(lines);
  std::size_t left =
      regular_file_ ? total : whole_lines(lines, std::min<std::size_t>(total, PIPE_BUF));

  iovec pieces[std::tuple_size_v<SendWindow>];
  msghdr message{};
  message.msg_iov = pieces;
  for (const std::span<const std::byte> piece : lines) {
    const std::size_t count = std::min(piece.size(), left);
    if (count == 0) break;
    pieces[message.msg_iovlen++] = {const_cast<std::byte*>(piece.data()), count};
    left -= count;
  }
  const ssize_t count = how_ == How::Socket
                            ? sendmsg(target_, &message, MSG_NOSIGNAL | MSG_DONTWAIT)
                            : writev(target_, pieces, static_cast<int>(message.msg_iovlen));
  if (count >= 0) return static_cast<std::size_t>(count);
  return errno == EAGAIN || errno == EINTR ? 0 : total;
}

}  // namespace postern::platform
