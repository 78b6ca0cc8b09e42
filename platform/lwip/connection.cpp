#include "platform/lwip/connection.hpp"

#include <algorithm>

#include "platform/lwip/addresses.hpp"

namespace postern::platform::lwip {
namespace {

// A peer that is gone without a word is found after a minute and a half, as long as nobody sends.
constexpr std::uint32_t alive_asked_after_ms = 60'000;
constexpr std::uint32_t alive_asked_again_ms = 10'000;
constexpr std::uint32_t alive_asked_count = 3;

Closed how_lost(err_t error, bool connected) {
  switch (error) {
    case ERR_RST:
      return connected ? Closed::ByPeer : Closed::Refused;
    case ERR_ABRT:  // nobody answers
    case ERR_RTE:
    case ERR_MEM:
    case ERR_BUF:
      return Closed::Unreachable;
    default:
      return Closed::Error;
  }
}

}  // namespace

void detach(tcp_pcb* pcb) {
  tcp_arg(pcb, nullptr);
  tcp_recv(pcb, nullptr);
  tcp_sent(pcb, nullptr);
  tcp_err(pcb, nullptr);
}

bool bytes_under_way(const tcp_pcb& pcb) { return tcp_sndbuf(&pcb) != TCP_SND_BUF; }

void Connection::begin(ConnectionId id, tcp_pcb* pcb) {
  POSTERN_ASSERT(!open_);
  id_ = id;
  pcb_ = pcb;
  open_ = true;
  connected_ = ended_ = finished_ = short_of_memory_ = written_ = false;
  connected_told = end_told = blocked = finishing = closing = false;
  room_ = true;
  gone_.reset();
  arrived_.clear();
  tcp_arg(pcb, this);
  tcp_recv(pcb, on_received);
  tcp_sent(pcb, on_sent);
  tcp_err(pcb, on_error);
  // The engine's windows are as large as they get: to wait for more would only be late.
  tcp_nagle_disable(pcb);
  ip_set_option(pcb, SOF_KEEPALIVE);
  pcb->keep_idle = alive_asked_after_ms;
  pcb->keep_intvl = alive_asked_again_ms;
  pcb->keep_cnt = alive_asked_count;
}

void Connection::accepted(ConnectionId id, tcp_pcb* pcb) {
  begin(id, pcb);
  connected_ = connected_told = true;
}

std::optional<Closed> Connection::connect(ConnectionId id, const Address& address) {
  ip_addr_t there;
  if (!to_lwip(address, there)) return Closed::Unreachable;
  tcp_pcb* const pcb = tcp_new();
  if (pcb == nullptr) return Closed::Unreachable;
  begin(id, pcb);
  const err_t error = tcp_connect(pcb, &there, address.port, on_connected);
  if (error == ERR_OK) return std::nullopt;
  abort();
  return how_lost(error, false);
}

// --- What lwIP tells -----------------------------------------------------------------------------

err_t Connection::on_connected(void* connection, tcp_pcb* /*pcb*/, err_t /*error*/) {
  static_cast<Connection*>(connection)->connected_ = true;
  return ERR_OK;
}

err_t Connection::on_received(void* connection, tcp_pcb* /*pcb*/, pbuf* bytes, err_t /*error*/) {
  auto& self = *static_cast<Connection*>(connection);
  if (bytes == nullptr) {
    self.ended_ = true;
    self.leave_if_done();
    return ERR_OK;
  }
  self.keep(*bytes);
  pbuf_free(bytes);
  return ERR_OK;
}

void Connection::keep(const pbuf& bytes) {
  for (u16_t copied = 0; copied < bytes.tot_len;) {
    const std::span<std::byte> room = arrived_.room();
    POSTERN_ASSERT(!room.empty());  // lwIP hands over no more than the window it announced
    const auto count = std::min<std::size_t>(room.size(), bytes.tot_len - copied);
    pbuf_copy_partial(&bytes, room.data(), static_cast<u16_t>(count), copied);
    arrived_.filled(count);
    copied = static_cast<u16_t>(copied + count);
  }
}

err_t Connection::on_sent(void* connection, tcp_pcb* /*pcb*/, u16_t /*byte_count*/) {
  auto& self = *static_cast<Connection*>(connection);
  self.room_ = true;
  self.leave_if_done();
  return ERR_OK;
}

// The PCB is lwIP's again. One that both sides have ended has only ended (ERR_CLSD).
void Connection::on_error(void* connection, err_t error) {
  auto& self = *static_cast<Connection*>(connection);
  self.pcb_ = nullptr;
  if (error != ERR_CLSD) self.gone_ = how_lost(error, self.connected_);
}

// --- What the loop does --------------------------------------------------------------------------

void Connection::taken(std::size_t byte_count) {
  arrived_.drop(byte_count);
  if (pcb_ != nullptr) tcp_recved(pcb_, static_cast<u16_t>(byte_count));
}

std::size_t Connection::write(const SendWindow& window) {
  std::size_t total = 0;
  short_of_memory_ = false;
  for (std::span<const std::byte> piece : window) {
    while (pcb_ != nullptr && !piece.empty()) {
      // A segment at a time: whether there is memory for more is seen then.
      const std::size_t count = std::min<std::size_t>({piece.size(), tcp_sndbuf(pcb_), TCP_MSS});
      room_ = count != 0 && tcp_sndqueuelen(pcb_) < TCP_SND_QUEUELEN;
      if (!room_) return total;
      const err_t error =
          tcp_write(pcb_, piece.data(), static_cast<u16_t>(count), TCP_WRITE_FLAG_COPY);
      short_of_memory_ = error != ERR_OK;
      if (short_of_memory_) return total;
      written_ = true;
      total += count;
      piece = piece.subspan(count);
    }
  }
  return total;
}

void Connection::flush() {
  if (!written_ || pcb_ == nullptr) return;
  written_ = false;
  tcp_output(pcb_);  // what it cannot send now it sends later by itself
}

void Connection::finish_sending() {
  if (pcb_ == nullptr) return;
  finished_ = true;
  tcp_shutdown(pcb_, 0, 1);  // without memory lwIP tries again by itself
  leave_if_done();
}

// Both directions have ended, and the peer has all our bytes: lwIP repeats the end where it must,
// and may free the PCB without a word. As long as there are bytes, it says so.
void Connection::leave_if_done() {
  if (pcb_ == nullptr || !ended_ || !finished_ || bytes_under_way(*pcb_)) return;
  detach(pcb_);
  pcb_ = nullptr;
}

void Connection::abort() {
  if (tcp_pcb* const pcb = release()) {
    detach(pcb);
    tcp_abort(pcb);
  }
}

tcp_pcb* Connection::release() {
  open_ = false;
  if (pcb_ == nullptr) return nullptr;
  // All that had arrived counts as taken: else lwIP would close with a reset.
  while (!arrived_.empty()) taken(arrived_.front().size());
  tcp_pcb* const pcb = pcb_;
  pcb_ = nullptr;
  return pcb;
}

}  // namespace postern::platform::lwip
