#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "core/base/time.hpp"
#include "core/config/config.hpp"
#include "core/gateway/buffers.hpp"
#include "core/http/body_reader.hpp"
#include "core/http/head.hpp"

namespace postern::gateway {

/// Where a request is on its way. One function, Gateway::step, moves it:
///
///           Route ─► Credential ─► Facts ─hit─► Policy ─► Forward ─► Relay ─► Done
///                                    │ miss        ▲                   │
///                                    └─► Parked ───┘                   └─► Tunnel ─► Done
///   any of these ─► Respond ─► Done          (an answer the gateway makes itself)
enum class Stage : std::uint8_t {
  Route,
  Credential,
  Facts,
  Parked,  ///< Waits for a provider's answer, shared with others.
  Policy,
  Forward,
  Relay,    ///< The upstream has the head; bodies flow both ways.
  Tunnel,   ///< After 101: bytes flow both ways uninterpreted.
  Respond,  ///< A gateway-made answer stands in the client's output buffer.
  Done,
};

/// How the cache of facts took part; named in the access log.
enum class CacheUse : std::uint8_t { None, Hit, Refused, Miss };

/// One request and its answer, from its complete head to the last byte of the answer written. Holds
/// no bytes of either: those stand in the connections' buffers.
struct Exchange {
  static constexpr std::size_t path_log_bytes = 128;

  Stage stage = Stage::Route;
  http::Method method = http::Method::Get;
  std::uint8_t client_minor = 1;        ///< HTTP/1.x of the client.
  std::uint8_t attempts = 0;            ///< Servers of the upstream tried for this request.
  std::uint16_t client = no_slot;       ///< Connection.
  std::uint16_t upstream = no_slot;     ///< Connection; no_slot before Forward and after Done.
  std::uint16_t lookup = no_slot;       ///< While Parked.
  std::uint16_t next_waiter = no_slot;  ///< In the lookup's list.

  bool keep_alive : 1 = false;       ///< The client's connection may serve another request.
  bool body_timed : 1 = false;       ///< The request body's time-out runs.
  bool send_timed : 1 = false;       ///< The client does not read, and its time-out for that runs.
  bool answer_timed : 1 = false;     ///< The answer body's time-out runs.
  bool head_taken : 1 = false;       ///< The head has left the client's input buffer.
  bool request_chunked : 1 = false;  ///< Body goes upstream in chunks.
  bool request_done : 1 =
      false;  ///< The whole request stands in, or went through, the upstream's output.
  bool replayable : 1 = false;      ///< All of it still stands there: it can be sent again.
  bool resent : 1 = false;          ///< Sent a second time, after a kept-alive connection had died.
  bool answer_begun : 1 = false;    ///< A final answer's head was written for the client.
  bool answer_done : 1 = false;     ///< All of the answer was written for the client.
  bool answer_chunked : 1 = false;  ///< Body goes to the client in chunks.
  bool answer_until_close : 1 = false;  ///< Body goes to the client until we close (HTTP/1.0).
  bool upstream_keep_alive : 1 =
      false;                           ///< The upstream's connection may be kept after this answer.
  bool upgrade : 1 = false;            ///< The client asked for a WebSocket.
  bool client_finished : 1 = false;    ///< Tunnel: the client's direction is closed.
  bool upstream_finished : 1 = false;  ///< Tunnel: the upstream's direction is closed.

  bool by_proxy : 1 = false;  ///< The peer is a trusted proxy: what it says of the client counts.

  bool nonce_is_old : 1 = false;  ///< Of its DPoP proof: the answer tells the current one.

  std::uint8_t interim_answers = 0;  ///< 1xx passed on; bounded.
  std::uint8_t rounds = 0;           ///< How often a provider's document was waited for; bounded.
  Address from;  ///< Whom the request comes from: the peer, or who is behind it.
  const config::Endpoint* endpoint = nullptr;
  http::BodyReader request_body;
  http::BodyReader answer_body;
  std::uint32_t progress_bytes = 0;  ///< Body bytes since the present body time-out was started.
  std::uint32_t read_bytes = 0;  ///< By the client, since its present send time-out was started.

  // For the access log.
  MonotonicTime started;
  MonotonicTime asked_upstream;  ///< 0: never.
  MonotonicTime parked;          ///< 0: never.
  Duration provider_time;
  Duration upstream_time;
  std::uint16_t status = 0;
  CacheUse cache = CacheUse::None;
  bool has_digest = false;
  std::uint32_t digest = 0;     ///< First 32 bits of the token's SHA-256; logged as 8 hex digits.
  std::string_view why = "ok";  ///< Short stable code; static text.
  std::uint8_t path_bytes = 0;
  std::array<char, path_log_bytes> path;  ///< Normal form, cut; filled when the head is complete.
};

}  // namespace postern::gateway
