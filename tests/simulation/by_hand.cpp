#include "tests/simulation/by_hand.hpp"

#include <gtest/gtest.h>
#include <mbedtls/md.h>

#include <array>
#include <cstring>

#include "core/base/bytes.hpp"
#include "tests/simulation/gateway_under_test.hpp"

namespace postern::simulation {
namespace {

std::string base64url(std::string_view bytes) {
  constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : bytes) {
    bits = bits << 8 | static_cast<unsigned char>(c);
    for (count += 8; count >= 6; count -= 6) text += alphabet[bits >> (count - 6) & 63];
  }
  if (count != 0) text += alphabet[bits << (6 - count) & 63];
  return text;
}

}  // namespace

std::string token(std::string_view claims) {
  const std::string text = base64url(R"({"alg":"HS256"})") + "." + base64url(claims);
  std::array<char, 32> mac;
  const auto raw = [](const char* bytes) { return reinterpret_cast<const unsigned char*>(bytes); };
  EXPECT_EQ(mbedtls_md_hmac(mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), raw(hmac_secret.data()),
                            hmac_secret.size(), raw(text.data()), text.size(),
                            reinterpret_cast<unsigned char*>(mac.data())),
            0);
  return text + "." + base64url({mac.data(), mac.size()});
}

ByHand::ByHand(Engine& engine) : engine_(engine) {
  clock_.wall = WallTime{1'800'000'000};
  clock_.trust = ClockTrust::Synchronised;
}

void ByHand::pass(Duration time) {
  clock_.now = clock_.now + time;
  engine_.advance(clock_);
}

void ByHand::set_wall(WallTime wall, ClockTrust trust) {
  clock_.wall = wall;
  clock_.trust = trust;
}

ConnectionId ByHand::request(std::string_view bearer) {
  return request_with("Authorization: Bearer " + std::string(bearer) + "\r\n");
}

ConnectionId ByHand::request_with(std::string_view lines, const Address& peer) {
  const auto client = engine_.accepted(ListenerId{0}, peer, clock_);
  receives(*client, "GET / HTTP/1.1\r\nHost: h\r\n" + std::string(lines) + "\r\n");
  return *client;
}

void ByHand::leave(ConnectionId client) { engine_.closed(client, Closed::ByPeer, clock_); }

ByHand::Done ByHand::carry_out() {
  Done done;
  while (const auto command = engine_.next_command()) {
    switch (command->kind) {
      case Command::Kind::Connect:
        done.opened.push_back({command->connection, command->address});
        engine_.connected(command->connection, clock_);
        break;
      case Command::Kind::Resolve: {
        const std::string name(command->name);
        done.names.push_back(name);
        Address address{Address::Family::V4, 0, {}};
        address.bytes = {10, 0, 0, static_cast<std::uint8_t>(name.size())};
        engine_.resolved(name, std::array{address}, clock_);
        break;
      }
      case Command::Kind::Store:
        done.records.emplace_back(as_text(command->data));
        break;
      case Command::Kind::Abort:
        ++done.aborted;
        break;
      default:
        break;
    }
  }
  return done;
}

std::vector<ConnectionId> ByHand::connects() {
  std::vector<ConnectionId> ids;
  for (const Opened& opened : carry_out().opened) ids.push_back(opened.id);
  return ids;
}

std::string ByHand::sent(ConnectionId connection) {
  std::string text;
  for (const auto piece : engine_.send_window(connection)) {
    text.append(reinterpret_cast<const char*>(piece.data()), piece.size());
  }
  if (!text.empty()) engine_.sent(connection, text.size(), clock_);
  return text;
}

void ByHand::receives(ConnectionId connection, std::string_view bytes) {
  const auto window = engine_.receive_window(connection);
  ASSERT_GE(window.size(), bytes.size());
  std::memcpy(window.data(), bytes.data(), bytes.size());
  engine_.received(connection, bytes.size(), clock_);
}

}  // namespace postern::simulation
