#include "platform/sim/link.hpp"

#include <algorithm>
#include <utility>

namespace postern::platform::sim {
namespace {

constexpr std::size_t usual_socket_bytes = 64 * 1024;
constexpr std::size_t small_socket_bytes_min = 64;
constexpr std::uint64_t single_byte_pieces = 400;
constexpr std::int64_t cut_within_bytes = 3000;

}  // namespace

Link::Nature Link::Nature::draw(const FaultPlan& plan, Random& random) {
  Nature nature;
  if (!random.chance(plan.whole_rate)) {
    nature.cutting = random.chance(500) ? Cutting::Ragged : Cutting::Bytes;
  }
  nature.socket_bytes = random.chance(plan.small_socket_rate)
                            ? small_socket_bytes_min + random.below(300)
                            : usual_socket_bytes;
  if (random.chance(plan.cut_rate)) {
    nature.cut_at[random.below(2)] =
        static_cast<std::uint64_t>(random.between(0, cut_within_bytes));
  }
  return nature;
}

Link::Link(Scheduler& scheduler, const FaultPlan& plan, Random random, EngineSide& engine_side,
           std::shared_ptr<Peer> peer)
    : scheduler_(scheduler),
      plan_(plan),
      random_(random),
      nature_(Nature::draw(plan, random_)),
      engine_side_(engine_side),
      peer_(std::move(peer)),
      to_engine_(nature_.socket_bytes),
      to_peer_(nature_.socket_bytes) {}

void Link::establish() {
  phase = Phase::Open;
  const MonotonicTime opened = scheduler_.now() + delay();
  // The peer meets nothing before the connection itself.
  last_arrival_[ToPeer] = opened + microseconds(1);
  scheduler_.at(opened, [this] {
    if (!peer_lost_) peer_->opened(*this);
  });
}

void Link::refuse() {
  phase = Phase::Gone;
  lose(ToPeer);
}

void Link::consume(std::size_t count) {
  to_engine_.consume(count);
  pump();
}

void Link::push(std::string_view bytes) {
  to_peer_.push(bytes);
  launch(ToPeer, bytes.size());
  cut_if_due(ToPeer);
}

void Link::finish_sending() {
  if (to_peer_.finished()) return;
  to_peer_.finish();
  launch_end(ToPeer);
}

void Link::abort() {
  phase = Phase::Gone;
  lose(ToPeer);
}

void Link::send(std::string_view bytes) {
  if (peer_lost_ || peer_finished_) return;
  backlog_.append(bytes);
  pump();
}

void Link::finish() {
  if (peer_lost_ || peer_finished_) return;
  peer_finished_ = true;
  pump();
}

void Link::close() {
  finish();
  peer_closed_ = true;
}

void Link::reset() {
  if (peer_lost_) return;
  peer_lost_ = true;
  backlog_.clear();
  backlog_begin_ = 0;
  lose(ToEngine);
}

void Link::read_slowly(std::size_t grain, Duration pause) {
  grain_ = grain;
  pause_ = pause;
  // Not at once: the peer may call this while it is being told of bytes.
  scheduler_.after(microseconds(1), [this] { deliver_to_peer(); });
}

Duration Link::delay() {
  return microseconds(random_.between(plan_.delay_min.us, plan_.delay_max.us));
}

std::size_t Link::piece_size(Direction direction, std::size_t left) {
  switch (nature_.cutting) {
    case Cutting::Whole:
      return left;
    case Cutting::Bytes:
      if (pieces_[direction] < single_byte_pieces) return 1;
      [[fallthrough]];
    case Cutting::Ragged: {
      // Small and large pieces are equally likely, whatever the length; long runs stay a few dozen
      // pieces.
      const std::size_t smallest = 1 + left / 64;
      const std::size_t largest = std::min(left, smallest << random_.below(7));
      return static_cast<std::size_t>(
          random_.between(static_cast<std::int64_t>(smallest), static_cast<std::int64_t>(largest)));
    }
  }
  return left;
}

void Link::launch(Direction direction, std::size_t byte_count) {
  while (byte_count > 0) {
    const std::size_t piece = piece_size(direction, byte_count);
    ++pieces_[direction];
    MonotonicTime& arrival = last_arrival_[direction];
    arrival = std::max(arrival, scheduler_.now() + delay());
    scheduler_.at(arrival, [this, direction, piece] { arrived(direction, piece); });
    byte_count -= piece;
  }
}

void Link::launch_end(Direction direction) {
  MonotonicTime& arrival = last_arrival_[direction];
  arrival = std::max(arrival, scheduler_.now() + delay());
  scheduler_.at(arrival, [this, direction] { end_arrived(direction); });
}

void Link::arrived(Direction direction, std::size_t byte_count) {
  if (direction == ToEngine) {
    to_engine_.arrive(byte_count);
    if (phase == Phase::Open) {
      engine_side_.readable(*this);
    } else {
      consume(to_engine_.readable().size());  // a closed socket that lingers: read and forgotten
    }
  } else {
    to_peer_.arrive(byte_count);
    deliver_to_peer();
  }
}

void Link::end_arrived(Direction direction) {
  if (direction == ToEngine) {
    to_engine_.arrive_end();
    if (phase == Phase::Open) engine_side_.readable(*this);
  } else {
    to_peer_.arrive_end();
    deliver_to_peer();
  }
}

void Link::pump() {
  if (peer_lost_) return;
  const std::size_t taken = std::min(backlog_.size() - backlog_begin_, to_engine_.room());
  if (taken > 0) {
    to_engine_.push(std::string_view(backlog_).substr(backlog_begin_, taken));
    backlog_begin_ += taken;
    // Not at every turn: a kernel that takes a few bytes at a time would move the rest each time.
    if (backlog_begin_ >= backlog_.size() / 2) {
      backlog_.erase(0, backlog_begin_);
      backlog_begin_ = 0;
    }
    launch(ToEngine, taken);
    cut_if_due(ToEngine);
  }
  if (peer_finished_ && backlog_.empty() && !to_engine_.finished()) {
    to_engine_.finish();
    launch_end(ToEngine);
  }
}

void Link::deliver_to_peer() {
  if (peer_lost_) return;
  while (!to_peer_.readable().empty() && grain_ > 0 && !peer_waits_) {
    if (peer_closed_) return reset();
    const std::string piece(to_peer_.readable().substr(0, grain_));
    to_peer_.consume(piece.size());
    if (pause_.us > 0) {
      peer_waits_ = true;
      scheduler_.after(pause_, [this] {
        peer_waits_ = false;
        deliver_to_peer();
      });
    }
    peer_->received(*this, piece);
    if (phase == Phase::Open || phase == Phase::Closing) engine_side_.writable(*this);
    if (peer_lost_) return;
  }
  if (to_peer_.at_end() && !peer_told_end_) {
    peer_told_end_ = true;
    peer_->ended(*this);
  }
}

void Link::lose(Direction toward) {
  // Pieces that arrive before the news does are still seen; the others are not.
  scheduler_.after(delay(), [this, toward] {
    if (toward == ToEngine) {
      if (phase == Phase::Open || phase == Phase::Closing) engine_side_.lost(*this);
    } else if (!peer_lost_) {
      peer_lost_ = true;
      peer_->lost(*this);
    }
  });
}

void Link::cut_if_due(Direction direction) {
  const Pipe& pipe = direction == ToEngine ? to_engine_ : to_peer_;
  if (pipe.pushed() < nature_.cut_at[direction]) return;
  nature_.cut_at = {UINT64_MAX, UINT64_MAX};
  lose(ToEngine);
  lose(ToPeer);
}

}  // namespace postern::platform::sim
