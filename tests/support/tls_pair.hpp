#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "core/tls/session.hpp"
#include "tests/support/tls_contexts.hpp"
#include "tests/support/tls_end.hpp"

namespace postern::test {

/// Whom a client of the tests asks for, and what the certificate "gateway" is for.
inline const tls::PeerName gateway_name{"gateway.test", {}};

/// A server and a client joined over memory. The client has sent nothing yet.
class TlsPair {
 public:
  /// What happens to bytes on their way; what it returns arrives. `to_server`: the direction.
  using Way = std::function<std::string(std::string records, bool to_server)>;

  TlsPair(TlsServer& server_context, TlsClient& client_context, const Clock& at,
          const tls::PeerName& name = gateway_name)
      : clock(at),
        server(server_context.context),
        client(client_context.context, name, client_context.saved, at) {}

  /// Carries records to and fro until neither end makes any more. `piece`: so many bytes at a time.
  void run(std::size_t piece = SIZE_MAX) {
    client.go_on(clock);
    server.go_on(clock);
    for (bool moved = true; moved;) {
      moved = carry(client, server, true, piece);
      moved = carry(server, client, false, piece) || moved;
    }
  }

  [[nodiscard]] bool both_open() const { return server.is_open() && client.is_open(); }

  Clock clock;
  TlsEnd server;
  TlsEnd client;
  Way way;

 private:
  bool carry(TlsEnd& from, TlsEnd& to, bool to_server, std::size_t piece) {
    std::string records = from.take_records();
    if (records.empty()) return false;
    if (way) records = way(std::move(records), to_server);
    for (std::string_view left = records; !left.empty();) {
      const std::string_view next = left.substr(0, piece);
      left.remove_prefix(next.size());
      to.feed(next, clock);
    }
    return true;
  }
};

}  // namespace postern::test
