#include "firmware/linux/import/parameters.hpp"

#include <string>
#include <string_view>

#include "core/base/bytes.hpp"

namespace postern::importer {
namespace {

constexpr std::string_view policy_suffix = "MatchPolicy";

// A set of kinds as bits.
using Kinds = unsigned;
constexpr Kinds only(Kind kind) { return 1U << static_cast<unsigned>(kind); }
constexpr Kinds jwt_family = only(Kind::Jwt) | only(Kind::OAuth2Jwt);
constexpr Kinds asking = only(Kind::OAuth2) | only(Kind::Oidc);

// The names that a token connector knows, and who does.
struct Known {
  std::string_view name;
  Kinds kinds;
};
constexpr Known known[] = {
    {"token_validation_uri", only(Kind::OAuth2)},
    {"userinfo_endpoint", only(Kind::Oidc)},
    {"public_key_request_path", only(Kind::Jwt)},
    {"jwks_uri", only(Kind::OAuth2Jwt)},
    {"regionCodeHeader", asking},
    {"regionCodeValue", asking},
    {"defaultURI", asking},
    {"public_key_ttl", only(Kind::Jwt)},
    {"customizeErrorEnable", only(Kind::Jwt)},
    {"jwks_cache_expiry", only(Kind::OAuth2Jwt)},
    {"token_expiry_override", jwt_family},
    {"iss", jwt_family},
    {"aud", jwt_family},
    {"nonstandard_claims", jwt_family},
    {"error_metadata_location", only(Kind::Oidc)},
    {"error_header_name", only(Kind::Oidc)},
    {"error_payload_location", only(Kind::Oidc)},
    {"enable_error_set", only(Kind::Oidc)},
};

// Names of which we know what they are, though not how to carry them.
struct Foreign {
  std::string_view name;
  std::string_view why;
  std::string_view remedy;
};
constexpr Foreign foreign[] = {
    {"shared_token_spkey",
     "lets native tokens in that the reference itself issued for another API definition; Postern "
     "issues none",
     "let the server that issued them vouch: an endpoint with connector oauth2 of its own"},
    {"Policies", "is a rule engine of the API policy connector; Postern has none",
     "write what it demands of the token as authorize.claims, one rule each"},
    {"whitelisted_ip_list", "restricts client addresses, which Postern does not",
     "restrict them in the firewall"},
    {"whitelisted_ip_range", "restricts client addresses, which Postern does not",
     "restrict them in the firewall"},
    {"blocked_ip_list", "restricts client addresses, which Postern does not",
     "restrict them in the firewall"},
    {"blocked_ip_range", "restricts client addresses, which Postern does not",
     "restrict them in the firewall"},
    {"tokenRequestURI", "makes the gateway fetch a token for the upstream, which Postern does not",
     "let the upstream trust the headers of enrich instead"},
    {"Keep_Mashery_Default_Response_Code", "is a parameter of HTTP Basic, which Postern has not",
     "take it out"},
};

const Known* known_as(std::string_view name) {
  for (const Known& row : known) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

std::string owners(Kinds kinds) {
  std::string text;
  for (std::size_t i = 0; i < kind_count; ++i) {
    const auto kind = static_cast<Kind>(i);
    if ((kinds & only(kind)) == 0) continue;
    if (!text.empty()) text += " and ";
    text += name_of(kind);
  }
  return text;
}

Note why_left(const Entry& entry, Kind kind) {
  const std::string& name = entry.source.name;
  const std::string not_known =
      "is no parameter of the " + std::string(name_of(kind)) + " connector, which ignores it";
  if (const Known* row = known_as(name)) {
    return {entry.source, not_known + "; it is one of " + owners(row->kinds),
            "take it out, or import that connector by itself"};
  }
  for (const Foreign& row : foreign) {
    if (row.name == name) return {entry.source, std::string(row.why), std::string(row.remedy)};
  }
  if (name.ends_with(policy_suffix) && (jwt_family & only(kind)) != 0) {
    return {entry.source, "belongs to a claim that nonstandard_claims does not name",
            "take it out, or add the claim with its values"};
  }
  for (const Known& row : known) {
    if (!equal_ignoring_case(row.name, name)) continue;
    return {entry.source, not_known + ", because names are case-sensitive",
            "take it out, or write " + std::string(row.name)};
  }
  return {entry.source, not_known, "take it out, or correct its name"};
}

}  // namespace

void note_left(const PreInputs& inputs, Kind kind, Notes& notes) {
  for (const Entry* entry : inputs.left()) notes.push_back(why_left(*entry, kind));
}

}  // namespace postern::importer
