// The upstream and the provider of tools/bench: answers every request with the same bytes, as fast
// as one thread can.
//
//   responder PORT body BYTES      200 with a body of that size
//   responder PORT introspection   200 with an active RFC 7662 answer, whatever the token
//
// Reads no more of a request than its end: the head's empty line and Content-Length. Not a server
// for anything else.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>
#include <string_view>
#include <vector>

namespace {

/// Bytes of one connection that are not yet a whole request.
std::vector<std::string> pending(65536);

std::string answer_with(std::string_view body, const char* type) {
  std::string answer = "HTTP/1.1 200 OK\r\nContent-Type: ";
  answer += type;
  answer += "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  answer += body;
  return answer;
}

/// Length of the first request in `bytes`, or 0 while it is incomplete.
std::size_t request_length(std::string_view bytes) {
  const std::size_t head_end = bytes.find("\r\n\r\n");
  if (head_end == std::string_view::npos) return 0;
  std::size_t body_length = 0;
  for (std::size_t line = 0; line < head_end;) {
    const std::size_t next = bytes.find("\r\n", line) + 2;
    constexpr std::string_view name = "content-length:";
    if (next - line > name.size() &&
        strncasecmp(bytes.data() + line, name.data(), name.size()) == 0) {
      body_length = std::strtoul(bytes.data() + line + name.size(), nullptr, 10);
    }
    line = next;
  }
  const std::size_t total = head_end + 4 + body_length;
  return bytes.size() >= total ? total : 0;
}

/// Answers what is complete. False: the connection is over.
bool serve(int connection, std::string_view answer) {
  char buffer[65536];
  const ssize_t count = read(connection, buffer, sizeof buffer);
  if (count <= 0) return false;
  std::string& rest = pending[static_cast<std::size_t>(connection)];
  std::string_view bytes(buffer, static_cast<std::size_t>(count));
  if (!rest.empty()) {
    rest.append(bytes);
    bytes = rest;
  }
  std::string answers;
  std::size_t used = 0;
  while (const std::size_t length = request_length(bytes.substr(used))) {
    used += length;
    answers += answer;
  }
  // Small answers to a client that reads: the socket's buffer always has room.
  if (!answers.empty() && write(connection, answers.data(), answers.size()) < 0) return false;
  rest = std::string(bytes.substr(used));
  return true;
}

int listen_on(int port) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  const int on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<in_port_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      listen(listener, 4096) != 0) {
    std::perror("responder");
    std::exit(1);
  }
  return listener;
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 3) return 2;
  std::string answer;
  if (std::string_view(arguments[2]) == "body" && count > 3) {
    answer = answer_with(std::string(std::strtoul(arguments[3], nullptr, 10), 'x'), "text/plain");
  } else {
    const std::string expiry = std::to_string(std::time(nullptr) + 7200);
    answer = answer_with(
        R"({"active":true,"sub":"alice","client_id":"bench","scope":"read","exp":)" + expiry + "}",
        "application/json");
  }
  const int listener = listen_on(std::atoi(arguments[1]));
  const int poll = epoll_create1(0);
  epoll_event interest{.events = EPOLLIN, .data = {.fd = listener}};
  epoll_ctl(poll, EPOLL_CTL_ADD, listener, &interest);
  for (;;) {
    epoll_event events[256];
    const int ready = epoll_wait(poll, events, 256, -1);
    for (int i = 0; i < ready; ++i) {
      const int connection = events[i].data.fd;
      if (connection != listener) {
        if (serve(connection, answer)) continue;
        pending[static_cast<std::size_t>(connection)].clear();
        close(connection);
        continue;
      }
      const int accepted = accept4(listener, nullptr, nullptr, 0);
      if (accepted < 0) continue;
      if (static_cast<std::size_t>(accepted) >= pending.size()) {
        close(accepted);
        continue;
      }
      const int on = 1;
      setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      epoll_event client{.events = EPOLLIN, .data = {.fd = accepted}};
      epoll_ctl(poll, EPOLL_CTL_ADD, accepted, &client);
    }
  }
}
