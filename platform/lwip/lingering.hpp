#pragma once

#include <lwip/tcp.h>

#include <array>
#include <cstddef>

#include "core/base/time.hpp"

namespace postern::platform::lwip {

/// Connections that have sent their last byte and wait for the peer's end. Closing at once would
/// answer whatever the peer still sends with a reset, and a reset may destroy our answer before the
/// peer has read it (RFC 9112 section 9.6). The engine knows nothing of them: its slot is free.
///
/// Bounded: each lives for ten seconds (in which what was lost on the way is sent again), or until
/// the peer has sent 256 KiB more; beyond `count_max` the oldest is reset.
class Lingering {
 public:
  static constexpr std::size_t count_max = NETWORK_LINGERING;

  Lingering() = default;
  ~Lingering();
  Lingering(const Lingering&) = delete;
  Lingering& operator=(const Lingering&) = delete;

  /// Ends our direction, and takes the connection over.
  void add(tcp_pcb* pcb, MonotonicTime now);
  /// Closes what has waited long enough.
  void advance(MonotonicTime now);
  [[nodiscard]] MonotonicTime next_deadline() const;

 private:
  struct Place {
    tcp_pcb* pcb = nullptr;
    MonotonicTime due;
    std::size_t bytes_left = 0;
  };
  static err_t on_received(void* place, tcp_pcb* pcb, pbuf* bytes, err_t error);
  static void on_error(void* place, err_t error);
  static void abort(Place& place);

  std::array<Place, count_max> places_;
};

}  // namespace postern::platform::lwip
