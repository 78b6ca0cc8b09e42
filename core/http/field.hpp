#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace postern::http {

/// Field names that this gateway understands; every other name is Other. Classified once, while the
/// head is parsed.
enum class FieldKind : std::uint8_t {
  Other,
  Authorization,
  Connection,
  ContentEncoding,
  ContentLength,
  ContentType,
  Cookie,
  Dpop,  ///< RFC 9449
  Expect,
  Host,
  Http2Settings,
  KeepAlive,
  ProxyAuthenticate,
  ProxyAuthorization,
  ProxyConnection,
  RetryAfter,
  Te,
  Trailer,
  TransferEncoding,
  Upgrade,
  /// A spelling with '_' of one of the above: CGI-like upstreams would merge the two, so it is
  /// never passed on.
  Lookalike,
};

/// One field line of a head. Views into the bytes that were parsed; white space around the value is
/// taken off.
struct Field {
  std::string_view name;
  std::string_view value;
  FieldKind kind = FieldKind::Other;
};

/// Names compare without regard to case, and '_' counts as '-' (but makes a known name a
/// Lookalike). O(length).
FieldKind classify(std::string_view name);

/// RFC 9110 section 5.6.2.
bool is_token(std::string_view text);
bool is_token_character(char c);

/// Fields that mean one connection only (RFC 9110 section 7.6.1) and what must never travel on:
/// never passed on in either direction. Framing fields count: this gateway writes its own.
constexpr bool is_hop_by_hop(FieldKind kind) {
  switch (kind) {
    case FieldKind::Connection:
    case FieldKind::Http2Settings:
    case FieldKind::KeepAlive:
    case FieldKind::Lookalike:
    case FieldKind::ProxyAuthenticate:
    case FieldKind::ProxyAuthorization:
    case FieldKind::ProxyConnection:
    case FieldKind::Te:
    case FieldKind::Trailer:
    case FieldKind::TransferEncoding:
    case FieldKind::Upgrade:
      return true;
    case FieldKind::Other:
    case FieldKind::Authorization:
    case FieldKind::ContentEncoding:
    case FieldKind::ContentLength:
    case FieldKind::ContentType:
    case FieldKind::Cookie:
    case FieldKind::Dpop:
    case FieldKind::Expect:
    case FieldKind::Host:
    case FieldKind::RetryAfter:
      return false;
  }
  return true;
}

}  // namespace postern::http
