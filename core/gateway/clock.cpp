// How far the wall clock may be believed: the persisted floor, and what is said when it changes.
//
//            wall < floor                wall >= floor               a time source
//           +---------+   it was set    +-------+    disciplines it  +--------------+
//   start ->| Unknown |---------------->| Floor |------------------->| Synchronised |
//           +---------+                 +-------+                    +--------------+
//                ^--- it was set back ------+------ no more ----<-----------+
//
// The floor is the later of the build date and the persisted floor; as long as the process lives it
// stays. It could follow the wall clock while that is synchronised, but then a time source that was
// wrong for a moment would have locked everybody out for good: what has been decided lives in
// monotonic time anyway, and a clock that is set back has to be synchronised anew before it counts
// as such.
#include <atomic>
#include <span>
#include <string_view>

#include "core/gateway/engine.hpp"

namespace postern::gateway {
namespace {

/// Storage wears out, and the device may be switched off at any moment: so much is lost then.
constexpr std::int64_t keep_every_s = 3600;
/// A gateway that nobody uses still says what happens to its clock, and keeps the floor.
constexpr Duration look_every = seconds(60);

}  // namespace

void Gateway::stored(std::string_view name, std::span<const std::byte> data, const Clock& clock) {
  if (name != clock_floor_record) return;
  clock_ = clock;  // told to nobody before the floor is known
  const auto floor = read_floor_record(data, clock.floor);
  if (floor) {
    floor_ = kept_ = *floor;
  } else if (keeps_clock()) {
    const bool malformed = floor.error() == FloorRecordError::Malformed;
    record_ignored(name, malformed ? "malformed" : "too-far-ahead");
  }
}

// Every reading of the clock comes in here.
void Gateway::set_clock(const Clock& clock) {
  clock_ = with_floor(clock, floor_);
  if (clock_.trust != trust() || !clock_told_) tell_clock();
}

void Gateway::tell_clock() {
  clock_told_ = true;
  trust_.store(clock_.trust, std::memory_order_relaxed);
  if (!keeps_clock()) return;
  record_clock();
  clock_look_ = clock_.now;  // it may have become good enough to be kept
}

void Gateway::look_at_clock() {
  if (!keeps_clock() || clock_.now < clock_look_) return;
  clock_look_ = clock_.now + look_every;
  if (clock_.wall.s >= kept_.s + keep_every_s) keep_floor();
}

// Only a synchronised clock makes a floor. Any other may be wrong into the future, by a dead
// battery or a typing error, and such a floor would keep the right time Unknown at every later
// start. A time source can be wrong, too, but then the device believes it now just as it will then;
// and the record never goes back, or whoever turns a time source back once could revive what has
// expired.
void Gateway::keep_floor() {
  if (!keeps_clock() || clock_.trust != ClockTrust::Synchronised) return;
  kept_ = clock_.wall;
  ByteWriter out(floor_record_);
  write_floor_record(out, kept_);
  floor_record_bytes_ = out.written().size();
}

Command Gateway::store_command() {
  Command command;
  command.kind = Command::Kind::Store;
  command.name = clock_floor_record;
  command.data = std::as_bytes(std::span(floor_record_).first(floor_record_bytes_));
  floor_record_bytes_ = 0;
  return command;
}

}  // namespace postern::gateway
