#pragma once

#include <lwip/inet_chksum.h>
#include <lwip/prot/tcp.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "tests/support/lwip/wire.hpp"

namespace postern::test {

/// A TCP client that does only what it is told to, segment by segment: what no well-behaved stack
/// would. It has the address 10.0.0.9, alone.
class RawPeer {
 public:
  static constexpr std::uint8_t host = 9;

  RawPeer(Wire& wire, std::uint16_t port, std::uint16_t server_port = 80)
      : wire_(wire), port_(port), server_port_(server_port) {
    wire.add(host, [this](std::string_view packet) { came(packet); });
  }

  ~RawPeer() { wire_.remove(host); }
  RawPeer(const RawPeer&) = delete;
  RawPeer& operator=(const RawPeer&) = delete;

  bool acknowledges = true;  ///< What comes, at once.
  std::string heard;
  bool welcomed = false;           ///< By a SYN.
  bool ended = false;              ///< By a FIN.
  bool lost = false;               ///< By a RST.
  std::uint32_t acknowledged = 0;  ///< How many of our bytes (and SYN, and FIN).

  void begin() { put(TCP_SYN, {}, 0); }
  /// Bytes at their place behind what was said.
  void say(std::string_view bytes) {
    put(TCP_ACK | TCP_PSH, bytes, said_);
    said_ += static_cast<std::uint32_t>(bytes.size());
  }
  /// Bytes that far behind what was said; what is between them is missing.
  void say_ahead(std::uint32_t offset, std::string_view bytes) {
    put(TCP_ACK | TCP_PSH, bytes, said_ + offset);
  }
  void finish() { put(TCP_ACK | TCP_FIN, {}, said_++); }
  void reset() { put(TCP_RST | TCP_ACK, {}, said_); }
  void acknowledge() { put(TCP_ACK, {}, said_); }

 private:
  static constexpr std::uint32_t first = 1000;
  static constexpr std::size_t address_bytes = 20;  ///< The header of IPv4.
  static constexpr std::size_t header_bytes = 20;   ///< That of TCP.

  void put(unsigned flags, std::string_view bytes, std::uint32_t offset) {
    if ((flags & TCP_SYN) != 0) said_ = 1;
    const auto size = static_cast<u16_t>(address_bytes + header_bytes + bytes.size());
    ip_hdr address{};
    IPH_VHL_SET(&address, 4, 5);
    IPH_LEN_SET(&address, lwip_htons(size));
    IPH_TTL_SET(&address, 64);
    IPH_PROTO_SET(&address, IP_PROTO_TCP);
    address.src.addr = lwip_htonl(0x0A000000U + host);
    address.dest.addr = lwip_htonl(0x0A000001U);
    tcp_hdr header{};
    header.src = lwip_htons(port_);
    header.dest = lwip_htons(server_port_);
    header.seqno = lwip_htonl(first + offset);
    header.ackno = (flags & TCP_ACK) != 0 ? lwip_htonl(next_) : 0;
    header._hdrlen_rsvd_flags = lwip_htons(static_cast<u16_t>(header_bytes / 4 << 12 | flags));
    header.wnd = lwip_htons(0x4000);
    std::string packet(reinterpret_cast<const char*>(&address), sizeof address);
    packet.append(reinterpret_cast<const char*>(&header), sizeof header).append(bytes);
    put_sum(packet, 10, inet_chksum(packet.data(), address_bytes));
    put_sum(packet, address_bytes + 16, sum_of_segment(packet));
    wire_.put(std::move(packet));
  }
  // RFC 9293 section 3.1: over a header of addresses, protocol and length, and the segment.
  static u16_t sum_of_segment(std::string_view packet) {
    const auto size = static_cast<u16_t>(packet.size() - address_bytes);
    std::string covered(packet.substr(12, 8));
    covered += {'\0', IP_PROTO_TCP, static_cast<char>(size >> 8), static_cast<char>(size)};
    covered += packet.substr(address_bytes);
    return inet_chksum(covered.data(), static_cast<u16_t>(covered.size()));
  }
  static void put_sum(std::string& packet, std::size_t at, u16_t sum) {
    std::memcpy(packet.data() + at, &sum, sizeof sum);  // of network order already
  }

  void came(std::string_view packet) {
    tcp_hdr header{};
    std::memcpy(&header, packet.data() + address_bytes, sizeof header);
    if (lwip_ntohs(header.dest) != port_) return;
    const unsigned flags = TCPH_FLAGS(&header);
    const std::uint32_t number = lwip_ntohl(header.seqno);
    if ((flags & TCP_RST) != 0) lost = true;
    if ((flags & TCP_ACK) != 0) acknowledged = lwip_ntohl(header.ackno) - first;
    if ((flags & TCP_SYN) != 0) {
      welcomed = true;
      next_ = number + 1;
    } else if (!acknowledges || number != next_) {
      return;  // sent again later
    }
    const auto bytes = packet.substr(address_bytes + std::size_t{TCPH_HDRLEN_BYTES(&header)});
    heard += bytes;
    next_ += static_cast<std::uint32_t>(bytes.size());
    if ((flags & TCP_FIN) != 0) {
      ended = true;
      ++next_;
    }
    const bool must = !bytes.empty() || (flags & (TCP_SYN | TCP_FIN)) != 0;
    if (acknowledges && must && !lost) acknowledge();
  }

  Wire& wire_;
  std::uint16_t port_;
  std::uint16_t server_port_;
  std::uint32_t said_ = 0;
  std::uint32_t next_ = 0;  ///< The number of the next byte we expect.
};

}  // namespace postern::test
