#pragma once

#include <lwip/tcp.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "core/platform.hpp"
#include "platform/lwip/byte_ring.hpp"

namespace postern::platform::lwip {

/// A TCP connection between lwIP, which calls when something has happened, and the loop, which asks
/// when it is its turn. Nobody beyond is called from here.
///
/// What arrives is copied out of lwIP's frames at once, into a ring as long as TCP's window. It
/// cannot overflow, since the window opens only by what was taken out of it; and however small the
/// pieces a peer sends, and however long nobody takes them, no frame is held, without which nobody
/// else's acknowledgement could arrive.
class Connection {
 public:
  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Begins with a connection that a listener met.
  void accepted(ConnectionId id, tcp_pcb* pcb);
  /// Begins with one to `address`, for which connected() will be true, or gone(). A reason: there
  /// is no way to even begin.
  std::optional<Closed> connect(ConnectionId id, const Address& address);

  /// It has begun and not been let go.
  [[nodiscard]] bool open() const { return open_; }
  [[nodiscard]] ConnectionId id() const { return id_; }

  // What has happened.

  [[nodiscard]] bool connected() const { return connected_; }
  /// Received bytes, in one piece; more may stand behind it.
  [[nodiscard]] std::span<const std::byte> arrived() const { return arrived_.front(); }
  /// The peer's end has arrived, though perhaps behind arrived().
  [[nodiscard]] bool ended() const { return ended_; }
  /// No more can be sent or come, though arrived() may hold what had come before.
  [[nodiscard]] std::optional<Closed> gone() const { return gone_; }
  /// What could not be written may be tried again.
  [[nodiscard]] bool has_room() const { return room_; }
  /// At the last write() lwIP was out of memory, which others may free as well as this connection:
  /// to be tried again soon.
  [[nodiscard]] bool short_of_memory() const { return short_of_memory_; }

  // What to do about it.

  /// The first `byte_count` of arrived() are done with: the peer may send as many more.
  void taken(std::size_t byte_count);
  /// Copies the beginning of `window` to what is to be sent: how many bytes. Fewer than there are:
  /// has_room() says when to go on.
  std::size_t write(const SendWindow& window);
  /// Sends what was written.
  void flush();
  /// Ends our direction behind what was written.
  void finish_sending();
  /// At once, with a reset.
  void abort();
  /// Lets it go; the caller has what is left of it. Null: lwIP has that already.
  tcp_pcb* release();

  // For the loop's own notes: what the engine knows and wants.

  bool connected_told = false;
  bool end_told = false;
  bool blocked = false;    ///< There is more to send than could be written.
  bool finishing = false;  ///< Our direction ends when all is sent.
  bool closing = false;    ///< All of it ends when all is sent.

 private:
  static err_t on_connected(void* connection, tcp_pcb* pcb, err_t error);
  static err_t on_received(void* connection, tcp_pcb* pcb, pbuf* bytes, err_t error);
  static err_t on_sent(void* connection, tcp_pcb* pcb, u16_t byte_count);
  static void on_error(void* connection, err_t error);

  void begin(ConnectionId id, tcp_pcb* pcb);
  void keep(const pbuf& bytes);
  void leave_if_done();

  tcp_pcb* pcb_ = nullptr;
  ConnectionId id_;
  bool open_ = false;
  bool connected_ = false;
  bool ended_ = false;
  bool finished_ = false;
  bool room_ = true;
  bool short_of_memory_ = false;
  bool written_ = false;  ///< And not flushed.
  std::optional<Closed> gone_;
  ByteRing<TCP_WND> arrived_;
};

/// Takes the callbacks off a PCB whose connection is nobody's any more.
void detach(tcp_pcb* pcb);
/// The peer has not said that it has all that was written.
bool bytes_under_way(const tcp_pcb& pcb);

}  // namespace postern::platform::lwip
