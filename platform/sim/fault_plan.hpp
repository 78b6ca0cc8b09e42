#pragma once

#include <cstdint>

#include "core/base/time.hpp"
#include "platform/sim/random.hpp"

namespace postern::platform::sim {

/// How bytes are cut into pieces on their way.
enum class Cutting : std::uint8_t {
  Whole,   ///< As the sender wrote them.
  Ragged,  ///< Pieces of any size.
  Bytes,   ///< One byte at a time at the start of a connection, ragged later (bounds the number of
           ///< events).
};

/// What may go wrong in one run, and how often. Drawn once from the seed; a test may overwrite
/// members. All rates are per mille.
struct FaultPlan {
  bool calm = true;  ///< Nothing is lost: every answer can be foretold exactly.

  Duration delay_min = microseconds(20);  ///< One way, for each piece.
  Duration delay_max = microseconds(200);
  Duration lateness_max = microseconds(0);  ///< How late the loop may wake for a deadline.
  unsigned whole_rate = 1000;  ///< Connections cut Whole; of the others half Ragged, half Bytes.

  unsigned cut_rate = 0;          ///< Connections that die at a random byte, in either direction.
  unsigned refused_rate = 0;      ///< Connects answered with Refused.
  unsigned unreachable_rate = 0;  ///< Connects answered with Unreachable.
  unsigned hanging_rate = 0;      ///< Connects never answered.
  unsigned name_failure_rate = 0;
  unsigned name_slow_rate = 0;     ///< Look-ups that take seconds.
  unsigned small_socket_rate = 0;  ///< Connections whose kernel buffers hold a few bytes only.
  unsigned spurious_rate = 0;      ///< Readiness reported although nothing has arrived.
  unsigned wall_jump_rate =
      0;  ///< Chance per scenario step that the wall clock jumps or changes its trust.

  /// Every third run is calm; the others have some faults each, and some runs all of them.
  static FaultPlan draw(Random& random);
};

}  // namespace postern::platform::sim
