#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/base/time.hpp"
#include "platform/linux/descriptor.hpp"

namespace postern::platform {

/// Connections that have sent their last byte and wait for the peer's end. Closing at once would
/// answer whatever the peer still sends with a reset, and a reset may destroy our answer before the
/// peer has read it (RFC 9112 section 9.6). The engine knows nothing of them: its slot is free.
///
/// Bounded: each lives for two seconds or 256 KiB, whichever ends first; beyond `count_max` the
/// oldest is closed.
class Lingering {
 public:
  static constexpr std::size_t count_max = 256;

  /// Takes the socket over after its sending direction was ended. Returns the place whose events
  /// shall come to readable().
  std::uint16_t add(Descriptor socket, MonotonicTime now);
  /// Throws away what has arrived; closes at the peer's end. A place that was closed meanwhile may
  /// be named, even if another connection has it.
  void readable(std::uint16_t number);
  /// Closes what has waited long enough.
  void advance(MonotonicTime now);
  [[nodiscard]] MonotonicTime next_deadline() const;
  [[nodiscard]] bool empty() const { return first_ == next_; }

 private:
  struct Place {
    Descriptor socket;
    MonotonicTime due;
    std::size_t bytes_left = 0;
  };
  void skip_closed();
  [[nodiscard]] Place& at(std::size_t index) { return places_[index % count_max]; }
  [[nodiscard]] const Place& at(std::size_t index) const { return places_[index % count_max]; }

  // All wait equally long, so the order of arrival is the order of the deadlines: a ring.
  std::array<Place, count_max> places_;
  std::size_t first_ = 0;  ///< Counts up for ever; the place is the remainder.
  std::size_t next_ = 0;
};

}  // namespace postern::platform
