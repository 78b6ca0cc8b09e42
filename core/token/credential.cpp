#include "core/token/credential.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace postern::token {

namespace {

using Kind = config::TokenSource::Kind;
using Candidate = Result<Credential, CredentialError>;

constexpr std::array<bool, 256> make_b64token_table() {
  std::array<bool, 256> table{};
  for (int c = 'A'; c <= 'Z'; ++c) table[static_cast<std::size_t>(c)] = true;
  for (int c = 'a'; c <= 'z'; ++c) table[static_cast<std::size_t>(c)] = true;
  for (int c = '0'; c <= '9'; ++c) table[static_cast<std::size_t>(c)] = true;
  for (const char c : {'-', '.', '_', '~', '+', '/'}) table[static_cast<unsigned char>(c)] = true;
  return table;
}
constexpr std::array<bool, 256> is_b64token_character = make_b64token_table();

Candidate checked_token(std::string_view text, std::size_t token_bytes_max,
                        Scheme scheme = Scheme::Bearer) {
  if (text.size() > token_bytes_max) return Failure{CredentialError::TooLong};
  if (!is_b64token(text)) return Failure{CredentialError::Malformed};
  return Credential{text, scheme};
}

/// A member `name=value` of a list, and what follows it.
struct Member {
  std::string_view name;
  std::string_view value;
  std::string_view whole;
};

/// Takes the next member of a query (separator '&') or a Cookie value (';', then spaces).
std::optional<Member> take_member(std::string_view& list, char separator) {
  while (!list.empty() && (list.front() == separator || list.front() == ' ')) list.remove_prefix(1);
  if (list.empty()) return std::nullopt;
  Member member;
  member.whole = list.substr(0, list.find(separator));
  list.remove_prefix(member.whole.size());
  const std::size_t equals = member.whole.find('=');
  member.name = member.whole.substr(0, equals);
  if (equals != std::string_view::npos) member.value = member.whole.substr(equals + 1);
  return member;
}

bool is_source(std::span<const config::TokenSource> sources, Kind kind, std::string_view name) {
  const auto matches = [kind, name](const config::TokenSource& source) {
    if (source.kind != kind) return false;
    return kind == Kind::Header ? equal_ignoring_case(source.name, name) : source.name == name;
  };
  return std::any_of(sources.begin(), sources.end(), matches);
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = ascii_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// Percent-decodes `text` into `scratch`.
Result<std::string_view, CredentialError> decoded(std::string_view text, std::span<char> scratch) {
  ByteWriter out(scratch);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out.character(text[i]);
      continue;
    }
    if (text.size() - i < 3) return Failure{CredentialError::Malformed};
    const int high = hex_digit(text[i + 1]);
    const int low = hex_digit(text[i + 2]);
    if (high < 0 || low < 0) return Failure{CredentialError::Malformed};
    out.character(static_cast<char>(high * 16 + low));
    i += 2;
  }
  if (!out.ok()) return Failure{CredentialError::TooLong};
  return out.written();
}

/// Gathers candidates from all places; two of them are one too many, whatever they say.
class Search {
 public:
  Search(std::span<const config::TokenSource> sources, std::size_t token_bytes_max)
      : sources_(sources), token_bytes_max_(token_bytes_max) {}

  void look_in(const http::Field& field) {
    if (field.kind == http::FieldKind::Authorization &&
        is_source(sources_, Kind::Authorization, {})) {
      // A second line is one too many even if it has another scheme: which one counts?
      if (++authorization_count_ > 1) several_ = true;
      const Candidate token = authorization_token(field.value, token_bytes_max_);
      if (token || token.error() != CredentialError::Absent) found(token);
    }
    if (field.kind == http::FieldKind::Cookie) look_in_cookie(field.value);
    if (is_source(sources_, Kind::Header, field.name)) found_text(field.value);
  }

  void look_in_query(std::string_view query, std::span<char> scratch) {
    while (const auto member = take_member(query, '&')) {
      if (!is_source(sources_, Kind::Query, member->name)) continue;
      if (member->value.find('%') == std::string_view::npos) {
        found_text(member->value);
        continue;
      }
      const auto text = decoded(member->value, scratch);
      if (text) {
        found_text(*text);
      } else {
        found(Failure{text.error()});
      }
    }
  }

  [[nodiscard]] Candidate result() const {
    if (several_) return Failure{CredentialError::Several};
    return result_;
  }

 private:
  void look_in_cookie(std::string_view cookie) {
    while (const auto member = take_member(cookie, ';')) {
      if (is_source(sources_, Kind::Cookie, member->name)) found_text(member->value);
    }
  }

  /// An empty place counts as none.
  void found_text(std::string_view text) {
    if (!text.empty()) found(checked_token(text, token_bytes_max_));
  }

  void found(const Candidate& candidate) {
    if (found_) several_ = true;
    found_ = true;
    result_ = candidate;
  }

  std::span<const config::TokenSource> sources_;
  std::size_t token_bytes_max_;
  Candidate result_ = Failure{CredentialError::Absent};
  int authorization_count_ = 0;
  bool found_ = false;
  bool several_ = false;
};

/// Appends the members of `list` that are no source of that kind.
void write_members_without(ByteWriter& out, std::span<const config::TokenSource> sources, Kind kind,
                           std::string_view list, char separator, std::string_view joint) {
  bool first = true;
  while (const auto member = take_member(list, separator)) {
    if (is_source(sources, kind, member->name)) continue;
    if (!first) out.text(joint);
    first = false;
    out.text(member->whole);
  }
}

}  // namespace

std::string_view name(CredentialError error) {
  switch (error) {
    case CredentialError::Absent:
      return "token-absent";
    case CredentialError::Several:
      return "several-tokens";
    case CredentialError::Malformed:
      return "token-malformed";
    case CredentialError::TooLong:
      return "token-too-long";
  }
  return "";
}

bool is_b64token(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size() && is_b64token_character[static_cast<unsigned char>(text[i])]) ++i;
  if (i == 0) return false;
  while (i < text.size() && text[i] == '=') ++i;
  return i == text.size();
}

Result<Credential, CredentialError> authorization_token(std::string_view value,
                                                        std::size_t token_bytes_max) {
  const std::size_t scheme_end = value.find(' ');
  const std::string_view word = value.substr(0, scheme_end);
  const bool is_dpop = equal_ignoring_case(word, "DPoP");
  if (!is_dpop && !equal_ignoring_case(word, "Bearer")) return Failure{CredentialError::Absent};
  // The scheme without a token is an attempt with a broken token, not a request without one.
  if (scheme_end == std::string_view::npos) return Failure{CredentialError::Malformed};
  const std::size_t token_begin = value.find_first_not_of(' ', scheme_end);
  if (token_begin == std::string_view::npos) return Failure{CredentialError::Malformed};
  return checked_token(value.substr(token_begin), token_bytes_max,
                       is_dpop ? Scheme::Dpop : Scheme::Bearer);
}

Result<Credential, CredentialError> find_credential(std::span<const config::TokenSource> sources,
                                                    const http::Fields& fields,
                                                    std::string_view query,
                                                    std::size_t token_bytes_max,
                                                    std::span<char> scratch) {
  Search search(sources, token_bytes_max);
  for (const http::Field& field : fields.all()) search.look_in(field);
  search.look_in_query(query, scratch);
  return search.result();
}

bool is_credential_field(std::span<const config::TokenSource> sources, const http::Field& field) {
  return field.kind == http::FieldKind::Authorization || field.kind == http::FieldKind::Dpop ||
         is_source(sources, Kind::Header, field.name);
}

void write_cookie_without_credential(ByteWriter& out, std::span<const config::TokenSource> sources,
                                     std::string_view cookie) {
  write_members_without(out, sources, Kind::Cookie, cookie, ';', "; ");
}

void write_query_without_credential(ByteWriter& out, std::span<const config::TokenSource> sources,
                                    std::string_view query) {
  write_members_without(out, sources, Kind::Query, query, '&', "&");
}

}  // namespace postern::token
