// Clients of tools/bench that shake hands and hang up, again and again: what the other side spends
// on it is read from outside.
//
//   handshakes PORT 1.2|1.3 full|resumed CLIENTS SECONDS
//
// Prints how many handshakes were completed and how many failed. `resumed`: every one with the
// ticket that the first connection brought home; one that is not resumed counts as failed.
// Certificates are not looked at: that would be this side's time, which is on another processor.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

std::atomic<long> completed{0};
std::atomic<long> failed{0};
/// What the first connection brought home, for all others.
SSL_SESSION* ticket = nullptr;

int connect_to(int port) {
  const int stream = socket(AF_INET, SOCK_STREAM, 0);
  const int on = 1;
  setsockopt(stream, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const timeval patience{.tv_sec = 10, .tv_usec = 0};
  setsockopt(stream, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(stream, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return stream;
  close(stream);
  return -1;
}

SSL_CTX* context_for(std::string_view version) {
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  const int number = version == "1.2" ? TLS1_2_VERSION : TLS1_3_VERSION;
  SSL_CTX_set_min_proto_version(context, number);
  SSL_CTX_set_max_proto_version(context, number);
  SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM");
  SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256");
  SSL_CTX_set1_groups_list(context, "X25519:P-256");
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  return context;
}

/// One connection, with whatever `visit` wants to do when its handshake is over.
template <class Visit>
bool with_connection(SSL_CTX* context, int port, SSL_SESSION* session, Visit visit) {
  const int stream = connect_to(port);
  if (stream < 0) return false;
  SSL* tls = SSL_new(context);
  SSL_set_fd(tls, stream);
  SSL_set_tlsext_host_name(tls, "gateway.test");
  if (session != nullptr) {
    // A copy: what TLS 1.3 has used once, OpenSSL does not use again.
    SSL_SESSION* copy = SSL_SESSION_dup(session);
    SSL_set_session(tls, copy);
    SSL_SESSION_free(copy);
  }
  const bool ok = SSL_connect(tls) == 1 && visit(tls);
  if (ok) SSL_shutdown(tls);
  SSL_free(tls);
  close(stream);
  return ok;
}

/// In TLS 1.3 a ticket comes when the handshake is over: so with an answer to read.
bool fetch_ticket(SSL_CTX* context, int port) {
  SSL_CTX_sess_set_new_cb(context, [](SSL*, SSL_SESSION* session) {
    if (ticket != nullptr) return 0;
    ticket = session;
    return 1;
  });
  with_connection(context, port, nullptr, [](SSL* tls) {
    constexpr std::string_view request = "GET /open/x HTTP/1.1\r\nHost: gateway.test\r\n\r\n";
    char answer[4096];
    return SSL_write(tls, request.data(), static_cast<int>(request.size())) > 0 &&
           SSL_read(tls, answer, sizeof answer) > 0;
  });
  SSL_CTX_sess_set_new_cb(context, nullptr);
  return ticket != nullptr;
}

void shake_hands(SSL_CTX* context, int port, Clock::time_point end) {
  while (Clock::now() < end) {
    const bool ok = with_connection(context, port, ticket, [](SSL* tls) {
      return ticket == nullptr || SSL_session_reused(tls) == 1;
    });
    ++(ok ? completed : failed);
    // A server that refuses at once is not asked as fast as this machine can.
    if (!ok) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

}  // namespace

int main(int count, char** words) {
  if (count != 6) {
    std::fprintf(stderr, "handshakes PORT 1.2|1.3 full|resumed CLIENTS SECONDS\n");
    return 2;
  }
  signal(SIGPIPE, SIG_IGN);
  const int port = std::atoi(words[1]);
  SSL_CTX* context = context_for(words[2]);
  if (words[3] == std::string_view("resumed") && !fetch_ticket(context, port)) {
    std::fprintf(stderr, "no ticket\n");
    return 1;
  }
  const auto begin = Clock::now();
  const auto end = begin + std::chrono::duration_cast<Clock::duration>(
                               std::chrono::duration<double>(std::atof(words[5])));
  std::vector<std::thread> clients;
  for (int i = 0; i < std::atoi(words[4]); ++i) clients.emplace_back(shake_hands, context, port, end);
  for (std::thread& client : clients) client.join();
  const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  std::printf("%ld %ld %.3f\n", completed.load(), failed.load(), seconds);
  return 0;
}
