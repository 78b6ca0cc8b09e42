#include "platform/lwip/lingering.hpp"

#include <algorithm>

#include "platform/lwip/connection.hpp"

namespace postern::platform::lwip {
namespace {

constexpr Duration lingers = seconds(10);
constexpr std::size_t bytes_thrown_away_max = 256 * 1024;

}  // namespace

Lingering::~Lingering() {
  for (Place& place : places_) abort(place);
}

void Lingering::add(tcp_pcb* pcb, bool ended, MonotonicTime now) {
  if (ended && !bytes_under_way(*pcb)) {
    detach(pcb);
    tcp_close(pcb);
    return;
  }
  // A free place, else the oldest: free ones are due first of all.
  Place& place = *std::min_element(places_.begin(), places_.end(),
                                   [](const Place& a, const Place& b) { return a.due < b.due; });
  abort(place);
  place = {pcb, now + lingers, bytes_thrown_away_max, ended};
  detach(pcb);
  tcp_arg(pcb, &place);
  tcp_recv(pcb, on_received);
  tcp_sent(pcb, on_sent);
  tcp_err(pcb, on_error);
  tcp_shutdown(pcb, 0, 1);  // of no effect where our direction has ended
}

// What remains is lwIP's affair: an end or two.
void Lingering::leave_if_done(Place& place) {
  if (!place.ended || bytes_under_way(*place.pcb)) return;
  detach(place.pcb);
  place = {};
}

err_t Lingering::on_sent(void* place, tcp_pcb* /*pcb*/, u16_t /*byte_count*/) {
  leave_if_done(*static_cast<Place*>(place));
  return ERR_OK;
}

err_t Lingering::on_received(void* place, tcp_pcb* pcb, pbuf* bytes, err_t /*error*/) {
  auto& self = *static_cast<Place*>(place);
  if (bytes == nullptr) {
    self.ended = true;
    leave_if_done(self);
    return ERR_OK;
  }
  const u16_t count = bytes->tot_len;
  pbuf_free(bytes);
  if (count >= self.bytes_left) {
    self = {};
    detach(pcb);
    tcp_abort(pcb);
    return ERR_ABRT;
  }
  self.bytes_left -= count;
  tcp_recved(pcb, count);
  return ERR_OK;
}

void Lingering::on_error(void* place, err_t /*error*/) { *static_cast<Place*>(place) = {}; }

void Lingering::abort(Place& place) {
  tcp_pcb* const pcb = place.pcb;
  place = {};
  if (pcb == nullptr) return;
  detach(pcb);
  tcp_abort(pcb);
}

void Lingering::advance(MonotonicTime now) {
  for (Place& place : places_) {
    if (place.pcb != nullptr && place.due <= now) abort(place);
  }
}

MonotonicTime Lingering::next_deadline() const {
  MonotonicTime next = never;
  for (const Place& place : places_) {
    if (place.pcb != nullptr) next = std::min(next, place.due);
  }
  return next;
}

}  // namespace postern::platform::lwip
