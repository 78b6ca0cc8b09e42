#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "core/base/slots.hpp"
#include "core/base/time.hpp"
#include "core/crypto/sip_hash.hpp"
#include "core/http/body_reader.hpp"
#include "core/token/connector.hpp"

namespace postern::gateway {

/// One question, asked once for all requests of this engine that wait for the answer (single
/// flight): about a token, or for a document that a provider publishes. After an answer about a
/// token they go on with it; after a document each looks at its own token once more.
///
///   begin ─► Asking ─ answer, fault or time-out ─► finished: every waiter goes on with the same
///   result
///      └───► Elsewhere ─ another engine asks; WakeOthers/notified or the deadline ─► finished or
///      Asking
struct Lookup {
  bool is_for_document = false;
  token::Document document = token::Document::KeySet;
  const token::Connector* connector = nullptr;
  Duration revalidate;                   ///< Of the endpoint that asked first.
  crypto::Tag tag;                       ///< Of provider, method and token.
  std::uint32_t generation = 0;          ///< Of the cache, when the lookup began.
  std::uint32_t digest = 0;              ///< Of the token, for the log.
  std::uint16_t provider = 0;            ///< Index in the configuration.
  std::uint16_t connection = no_slot;    ///< To the provider; no_slot while nothing is asked.
  std::uint16_t body = no_slot;          ///< Buffer of the answer's body.
  std::uint16_t first_waiter = no_slot;  ///< Exchanges, in the order of arrival.
  std::uint16_t last_waiter = no_slot;
  std::uint16_t previous = no_slot;  ///< In the list of running lookups.
  std::uint16_t next = no_slot;
  std::uint8_t asks = 0;   ///< Requests made for it; bounded by token::asks_max.
  bool elsewhere = false;  ///< Another engine asks.
  bool resent = false;     ///< Once more after a kept-alive connection had died unnoticed.
  std::uint32_t look = 0;  ///< Elsewhere: the round of looks that met it last.
  MonotonicTime deadline;  ///< Elsewhere: when to look again without being notified.

  // Of the answer that is coming in.
  http::BodyReader reader;
  std::uint16_t status = 0;
  std::uint8_t interim_answers = 0;
  bool head_seen = false;
  bool keep_alive = false;
  bool content_encoded = false;
  std::optional<std::uint32_t> retry_after_s;
  std::optional<std::uint32_t> max_age_s;
  std::uint8_t content_type_bytes = 0;
  std::array<char, 96> content_type;
  std::uint16_t message_bytes = 0;
  std::array<char, 512> message;  ///< See ProviderAnswer::message.
};

}  // namespace postern::gateway
