// Handshakes whose flights come in two pieces, or with one byte changed: each place is tried.
#include "core/tls/session.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "tests/unit/tls/session_kinds.hpp"

namespace postern::tls {
namespace {

using test::kind_name;
using test::SessionTest;
using test::TlsEnd;
using test::TlsPair;
using test::today;
using test::versions;

// Each split of a flight in two, and each byte of it changed: one handshake for each.
class EveryByte : public SessionTest {
 protected:
  // What the server, or the client, says first.
  std::size_t flight_bytes(bool to_server) {
    std::size_t bytes = 0;
    TlsPair pair(server_, client_, today());
    pair.way = [&](std::string records, bool server_gets_it) {
      if (server_gets_it == to_server && bytes == 0) bytes = records.size();
      return records;
    };
    pair.run();
    return bytes;
  }
};
INSTANTIATE_TEST_SUITE_P(Kinds, EveryByte, testing::ValuesIn(versions), kind_name);

TEST_P(EveryByte, MayBeTheLastOfAPiece) {
  for (const bool to_server : {true, false}) {
    const std::size_t size = flight_bytes(to_server);
    for (std::size_t at = 1; at < size; ++at) {
      client_.saved.forget();
      TlsPair pair(server_, client_, today());
      TlsEnd& receiver = to_server ? pair.server : pair.client;
      bool first = true;
      pair.way = [&](std::string records, bool server_gets_it) {
        if (server_gets_it != to_server || !std::exchange(first, false)) return records;
        const std::size_t split = std::min(at, records.size());
        receiver.feed(std::string_view(records).substr(0, split), pair.clock);
        return records.substr(split);
      };
      pair.run();
      ASSERT_TRUE(pair.both_open()) << at << " of " << size;
    }
  }
}

// The version in the head of a record that is not encrypted is the one thing nobody protects; and
// nothing depends on it (RFC 8446 section 5.1).
bool is_version_of_plain_record(std::string_view records, std::size_t at) {
  constexpr std::size_t head_bytes = 5;
  constexpr char application_data = 23;
  for (std::size_t begin = 0; begin + head_bytes <= records.size();) {
    const std::size_t size = head_bytes + (static_cast<unsigned char>(records[begin + 3]) << 8U |
                                           static_cast<unsigned char>(records[begin + 4]));
    if (at < begin + size) {
      return records[begin] != application_data && (at == begin + 1 || at == begin + 2);
    }
    begin += size;
  }
  return false;
}

TEST_P(EveryByte, OfTheServersFlightIsProtected) {
  const std::size_t size = flight_bytes(false);
  for (std::size_t at = 0; at < size; ++at) {
    client_.saved.forget();
    TlsPair pair(server_, client_, today());
    bool first = true;
    bool unprotected = false;
    pair.way = [&](std::string records, bool server_gets_it) {
      if (server_gets_it || !std::exchange(first, false)) return records;
      const std::size_t changed = std::min(at, records.size() - 1);
      unprotected = is_version_of_plain_record(records, changed);
      records[changed] = static_cast<char>(records[changed] ^ (1 << at % 8));
      return records;
    };
    pair.run();
    if (!unprotected) {
      ASSERT_FALSE(pair.both_open()) << at << " of " << size;
    }
  }
}

}  // namespace
}  // namespace postern::tls
