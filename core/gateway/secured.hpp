#pragma once

#include <cstdint>

#include "core/base/list.hpp"
#include "core/base/pool.hpp"
#include "core/base/slots.hpp"
#include "core/base/time.hpp"
#include "core/tls/session.hpp"

namespace postern::gateway {

/// The TLS of one connection: its session, and the records on their way. The connection's own
/// buffers hold plain bytes, so nobody but Connections and secure.cpp knows that there is TLS.
struct Secured {
  tls::Session session;
  ListLink work;                       ///< Among those that have something to do.
  std::uint16_t connection = no_slot;  ///< Whose it is.
  std::uint16_t arrived = no_slot;     ///< Buffer with records that were received, not opened yet.
  std::uint16_t leaving = no_slot;     ///< Buffer with records to send.
  std::uint16_t fragment = 0;          ///< Longest plain text of a record that is sent.
  std::uint32_t protected_bytes = 0;   ///< Plain bytes in records that are not all sent yet.
  bool open : 1 = false;               ///< The handshake is over.
  bool notify : 1 = false;             ///< A close_notify is still to be sent before the end.
  bool notified : 1 = false;           ///< It was made.
  bool finished : 1 = false;           ///< The peer's close_notify came: nothing after it counts.
  bool stream_ended : 1 = false;       ///< The peer's TCP stream has ended.
  bool starved : 1 = false;            ///< Was refused room for records.
  bool needs_room : 1 = false;         ///< Goes on when records have left.
  bool failed : 1 = false;             ///< The session is of no use any more.
};

}  // namespace postern::gateway
