#pragma once

#include <cstdint>
#include <string_view>

namespace postern::tls {

/// Why a connection with TLS came to nothing. What the peer gets is an alert (RFC 8446 section 6)
/// and the end of the connection.
enum class Failure : std::uint8_t {
  None,
  Protocol,           ///< Not TLS, not a version or suite of ours, a broken or forged record.
  PeerAlert,          ///< The peer refused: an alert of its own.
  Memory,             ///< The memory planned for TLS is in use.
  CertificateAbsent,  ///< The peer showed none, and must.
  Untrusted,          ///< The chain does not end at an anchor of ours, or a signature is wrong.
  Expired,            ///< A certificate of the chain is past its last day.
  NotYetValid,        ///< A certificate of the chain is before its first day.
  WrongName,          ///< The certificate is for another host.
  WrongUse,           ///< A key or certificate that is too weak or for something else.
  ClockNotTrusted,    ///< Dates cannot be judged now, and the configuration wants them to be.
  TimedOut,           ///< The handshake took too long.
  Truncated,          ///< The connection ended where only a close_notify may end it.
};

/// As it stands in the log.
constexpr std::string_view name(Failure failure) {
  switch (failure) {
    case Failure::None:
      return "none";
    case Failure::Protocol:
      return "protocol";
    case Failure::PeerAlert:
      return "peer-alert";
    case Failure::Memory:
      return "memory";
    case Failure::CertificateAbsent:
      return "certificate-absent";
    case Failure::Untrusted:
      return "certificate-untrusted";
    case Failure::Expired:
      return "certificate-expired";
    case Failure::NotYetValid:
      return "certificate-not-yet-valid";
    case Failure::WrongName:
      return "certificate-name";
    case Failure::WrongUse:
      return "certificate-use";
    case Failure::ClockNotTrusted:
      return "clock";
    case Failure::TimedOut:
      return "handshake-timeout";
    case Failure::Truncated:
      return "truncated";
  }
  return "";
}

}  // namespace postern::tls
