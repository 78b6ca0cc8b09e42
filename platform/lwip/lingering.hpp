#pragma once

#include <lwip/tcp.h>

#include <array>
#include <cstddef>

#include "core/base/time.hpp"

namespace postern::platform::lwip {

/// Connections that have sent their last byte and wait for the peer's end, and until the peer has
/// what was sent. Closing at once would answer whatever the peer still sends with a reset, and a
/// reset may destroy our answer before the peer has read it (RFC 9112 section 9.6). The engine
/// knows nothing of them: its slot is free.
///
/// Bounded: each lives for ten seconds (in which what was lost on the way is sent again), or until
/// the peer has sent 256 KiB more; beyond `count_max` the oldest is reset. So nobody keeps lwIP's
/// memory from others by taking no answers: lwIP itself would repeat them for minutes.
class Lingering {
 public:
  static constexpr std::size_t count_max = NETWORK_LINGERING;

  Lingering() = default;
  ~Lingering();
  Lingering(const Lingering&) = delete;
  Lingering& operator=(const Lingering&) = delete;

  /// Ends our direction, and takes the connection over. `ended`: the peer's direction has.
  void add(tcp_pcb* pcb, bool ended, MonotonicTime now);
  /// Closes what has waited long enough.
  void advance(MonotonicTime now);
  [[nodiscard]] MonotonicTime next_deadline() const;

 private:
  struct Place {
    tcp_pcb* pcb = nullptr;
    MonotonicTime due;
    std::size_t bytes_left = 0;
    bool ended = false;  ///< The peer's direction.
  };
  static void leave_if_done(Place& place);
  static err_t on_sent(void* place, tcp_pcb* pcb, u16_t byte_count);
  static err_t on_received(void* place, tcp_pcb* pcb, pbuf* bytes, err_t error);
  static void on_error(void* place, err_t error);
  static void abort(Place& place);

  std::array<Place, count_max> places_;
};

}  // namespace postern::platform::lwip
