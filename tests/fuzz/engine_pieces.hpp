#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "tests/simulation/jwt_fixture.hpp"

namespace postern::fuzz {

/// Requests and answers, whole or in part, that lead far into the engine when they come in order.
inline constexpr std::array<std::string_view, 20> pieces{
    "GET /public/a HTTP/1.1\r\nHost: h\r\n\r\n",
    "GET /read/a?n=1 HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer good\r\n\r\n",
    "GET /read/b HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer other\r\nx_subject: me\r\n\r\n",
    "PUT /write/a HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer good\r\nContent-Length: 5\r\n\r\n",
    "POST /write/a HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer good\r\n"
    "Transfer-Encoding: chunked\r\n\r\n",
    "hello",
    "5\r\nhello\r\n",
    "0\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 58\r\n\r\n"
    R"({"active":true,"scope":"read write","sub":"s","x":[1,2,3]})",
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n"
    R"({"active":false})",
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    "HTTP/1.1 200 OK\r\n\r\nuntil the end",
    "HTTP/1.1 100 Continue\r\n\r\n",
    "HTTP/1.1 204 No Content\r\n\r\n",
    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
    "GET /public/a HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    "HEAD /public/a HTTP/1.0\r\n\r\n",
    "PUT /public/a HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n",
    "HTTP/1.1 503 No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
};

inline std::string json_answer(const std::string& json) {
  return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
         std::to_string(json.size()) + "\r\n\r\n" + json;
}

/// A request to the connector jwt, with a good token of the issuer that it knows.
inline std::string jwt_request(std::string_view kid) {
  for (const simulation::FixtureToken& token : simulation::fixture_tokens()) {
    if (token.issuer != simulation::Issuer::Signer || kid != token.kid) continue;
    return std::string("GET /jwt/a HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer ") + token.text +
           "\r\n\r\n";
  }
  return {};
}

inline std::string key_set(std::string_view kid) {
  for (const simulation::FixtureKey& key : simulation::fixture_keys()) {
    if (kid == key.kid) return std::string(R"({"keys":[)") + key.jwk + "]}";
  }
  return {};
}

/// Those of `pieces`, and behind them what verifying here needs: tokens, keys, metadata, UserInfo.
inline std::string_view piece(std::size_t index) {
  static const std::vector<std::string> more{
      jwt_request("early-es"),
      jwt_request("late-es"),
      "GET /id/a HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer good\r\n\r\n",
      json_answer(R"({"issuer":"http://provider.test:9100/signer",)"
                  R"("jwks_uri":"http://keys.test/jwks"})"),
      json_answer(key_set("early-es")),
      json_answer(key_set("late-es")),
      json_answer(R"({"sub":"somebody","name":"Somebody"})"),
      "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
  };
  index %= pieces.size() + more.size();
  return index < pieces.size() ? pieces[index] : std::string_view(more[index - pieces.size()]);
}

}  // namespace postern::fuzz
