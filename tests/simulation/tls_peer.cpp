#include "tests/simulation/tls_peer.hpp"

#include <utility>

#include "tests/support/counted_memory.hpp"

namespace postern::simulation {
namespace {

using platform::sim::Peer;
using platform::sim::World;
using test::CountedMemory;
using State = test::TlsEnd::State;

/// The peers' clocks are right, whatever becomes of the gateway's.
constexpr WallTime peers_wall{1'800'000'000};

Clock clock_at(MonotonicTime now) {
  return {now, peers_wall, ClockTrust::Synchronised, WallTime{}};
}

}  // namespace

TlsPeer::TlsPeer(World& world, test::TlsServer& context, std::shared_ptr<Peer> inner)
    : world_(world), inner_(std::move(inner)) {
  const CountedMemory::Uncounted theirs;
  end_ = std::make_unique<test::TlsEnd>(context.context);
}

TlsPeer::TlsPeer(World& world, test::TlsClient& context, std::shared_ptr<Peer> inner)
    : world_(world), inner_(std::move(inner)) {
  const CountedMemory::Uncounted theirs;
  end_ = std::make_unique<test::TlsEnd>(context.context, tls::PeerName{"gateway.test", {}},
                                        context.saved, clock_at(world.now()));
}

TlsPeer::~TlsPeer() = default;

Clock TlsPeer::clock() const { return clock_at(world_.now()); }

void TlsPeer::opened(Wire& link) {
  link_ = &link;
  {
    const CountedMemory::Uncounted theirs;
    end_->go_on(clock());
  }
  flush();
}

void TlsPeer::received(Wire& /*link*/, std::string_view bytes) {
  {
    const CountedMemory::Uncounted theirs;
    end_->feed(bytes, clock());
  }
  flush();
  if (inner_done_) return;
  if (!inner_knows_ && (end_->is_open() || end_->state() == State::Ended)) {
    inner_knows_ = true;
    inner_->opened(*this);
  }
  const std::string plain = end_->take_plain();
  if (!plain.empty()) inner_->received(*this, plain);
  if (inner_done_) return;
  if (end_->state() == State::Ended) {
    inner_done_ = true;
    inner_->ended(*this);
  } else if (end_->state() == State::Failed) {
    link_->close();
    lose();
  }
}

void TlsPeer::ended(Wire& link) {
  lose();
  link.close();
}

void TlsPeer::lost(Wire& /*link*/) { lose(); }

void TlsPeer::lose() {
  if (std::exchange(inner_done_, true)) return;
  inner_->lost(*this);
}

void TlsPeer::send(std::string_view bytes) {
  {
    const CountedMemory::Uncounted theirs;
    end_->write(bytes);
  }
  flush();
}

void TlsPeer::finish() {
  {
    const CountedMemory::Uncounted theirs;
    end_->close_notify();
  }
  flush();
}

void TlsPeer::close() {
  finish();
  link_->close();
}

void TlsPeer::break_off() { link_->close(); }
void TlsPeer::reset() { link_->reset(); }
void TlsPeer::read_slowly(std::size_t grain, Duration pause) { link_->read_slowly(grain, pause); }
bool TlsPeer::abandoned() const { return link_->abandoned(); }

void TlsPeer::flush() {
  const std::string records = end_->take_records();
  if (!records.empty()) link_->send(records);
}

std::string client_hello(test::TlsClient& context) {
  const CountedMemory::Uncounted theirs;
  const Clock clock = clock_at(MonotonicTime{1});
  test::TlsEnd end(context.context, {"gateway.test", {}}, context.saved, clock);
  end.go_on(clock);
  return end.take_records();
}

}  // namespace postern::simulation
