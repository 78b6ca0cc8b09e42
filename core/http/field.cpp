#include "core/http/field.hpp"

#include <array>

#include "core/base/bytes.hpp"

namespace postern::http {
namespace {

struct KnownName {
  std::string_view name;  ///< Lower case.
  FieldKind kind;
};

constexpr KnownName known_names[] = {
    {"te", FieldKind::Te},
    {"dpop", FieldKind::Dpop},
    {"host", FieldKind::Host},
    {"cookie", FieldKind::Cookie},
    {"expect", FieldKind::Expect},
    {"trailer", FieldKind::Trailer},
    {"upgrade", FieldKind::Upgrade},
    {"connection", FieldKind::Connection},
    {"keep-alive", FieldKind::KeepAlive},
    {"retry-after", FieldKind::RetryAfter},
    {"content-type", FieldKind::ContentType},
    {"authorization", FieldKind::Authorization},
    {"content-length", FieldKind::ContentLength},
    {"http2-settings", FieldKind::Http2Settings},
    {"content-encoding", FieldKind::ContentEncoding},
    {"proxy-connection", FieldKind::ProxyConnection},
    {"transfer-encoding", FieldKind::TransferEncoding},
    {"proxy-authenticate", FieldKind::ProxyAuthenticate},
    {"proxy-authorization", FieldKind::ProxyAuthorization},
};

// tchar of RFC 9110 section 5.6.2.
constexpr auto token_characters = [] {
  std::array<bool, 256> set{};
  for (int c = '0'; c <= '9'; ++c) set[static_cast<std::size_t>(c)] = true;
  for (int c = 'a'; c <= 'z'; ++c) set[static_cast<std::size_t>(c)] = true;
  for (int c = 'A'; c <= 'Z'; ++c) set[static_cast<std::size_t>(c)] = true;
  for (const char c : std::string_view("!#$%&'*+-.^_`|~"))
    set[static_cast<unsigned char>(c)] = true;
  return set;
}();

constexpr char folded(char c) { return c == '_' ? '-' : ascii_lower(c); }

}  // namespace

bool is_token_character(char c) { return token_characters[static_cast<unsigned char>(c)]; }

bool is_token(std::string_view text) {
  if (text.empty()) return false;
  for (const char c : text) {
    if (!is_token_character(c)) return false;
  }
  return true;
}

FieldKind classify(std::string_view name) {
  for (const KnownName& known : known_names) {
    // Length and first letter leave at most one or two candidates.
    if (known.name.size() != name.size() || known.name[0] != ascii_lower(name[0])) continue;
    bool underscored = false;
    std::size_t i = 0;
    for (; i < name.size(); ++i) {
      if (folded(name[i]) != known.name[i]) break;
      underscored = underscored || name[i] == '_';
    }
    if (i == name.size()) return underscored ? FieldKind::Lookalike : known.kind;
  }
  return FieldKind::Other;
}

}  // namespace postern::http
