#include "tests/simulation/story_keys.hpp"

#include <array>
#include <string_view>

namespace postern::simulation {
namespace {

using platform::sim::Provider;
using platform::sim::Random;
using Verdict = Provider::Verdict;

constexpr std::string_view base64url_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string base64url(std::string_view text) {
  std::string out;
  unsigned bits = 0;
  int held = 0;
  for (const char c : text) {
    bits = bits << 8 | static_cast<unsigned char>(c);
    for (held += 8; held >= 6; held -= 6) out += base64url_digits[bits >> (held - 6) & 63];
  }
  if (held > 0) out += base64url_digits[bits << (6 - held) & 63];
  return out;
}

const char* const metadata_json =
    R"({"issuer":"http://provider.test:9100/signer",)"
    R"("introspection_endpoint":"http://provider.test:9100/signer/introspect",)"
    R"("jwks_uri":"http://provider.test:9100/signer/jwks"})";

/// The whole token is there and every part of it is changed a little: it is nobody's any more.
void damage(Token& token, Random& random) {
  token.genuine = false;
  const std::size_t header_end = token.text.find('.');
  const std::string rest = token.text.substr(header_end);
  switch (random.below(4)) {
    case 0: {  // any one character
      std::size_t at = random.below(token.text.size());
      while (token.text[at] == '.') ++at;
      const char before = token.text[at];
      while (token.text[at] == before) token.text[at] = base64url_digits[random.below(64)];
      break;
    }
    case 1:
      token.kid = "random-" + std::to_string(random.next());
      token.text = base64url(R"({"alg":"RS256","kid":")" + token.kid + R"("})") + rest;
      break;
    case 2:
      token.keyless = true;
      token.text = base64url(R"({"alg":"none"})") + rest.substr(0, rest.rfind('.') + 1);
      break;
    default:
      token.keyless = true;  // HS256, for whom the public key is the secret
      token.text = base64url(R"({"alg":"HS256","kid":")" + token.kid + R"("})") + rest;
      break;
  }
}

Token token_of(const FixtureToken& fixture) {
  Token token;
  token.text = fixture.text;
  token.subject = fixture.subject;
  token.is_jws = true;
  token.genuine = fixture.nature == FixtureToken::Nature::Good;
  token.issuer = fixture.issuer;
  token.kid = fixture.kid;
  token.may_read = fixture.may_read;
  return token;
}

Verdict draw_document_fault(Random& random) {
  Verdict verdict;
  draw_manner(verdict, random);
  if (random.chance(500)) {
    verdict.kind = draw_transport_fault(random);
    return verdict;
  }
  switch (random.below(5)) {
    case 0: {
      constexpr std::array statuses{204, 302, 401, 404, 429, 500, 503};
      verdict.status = statuses[random.below(statuses.size())];
      break;
    }
    case 1:
      verdict.json = "<html>";
      break;
    case 2:  // of somebody else; not a set of keys
      verdict.json = R"({"issuer":"http://provider.test:9100/","keys":{}})";
      break;
    case 3:
      verdict.json = R"({"keys":[]})";
      break;
    default:
      verdict.json = std::string(3000, '[');
      break;
  }
  return verdict;
}

/// The facts are the token's, whatever else the issuer says.
void draw_confirmation(Token& token, Random& random) {
  Verdict& verdict = token.confirmation;
  draw_manner(verdict, random);
  if (random.chance(100)) return;
  if (random.chance(100)) {
    verdict.kind = draw_transport_fault(random);
    token.confirmation_status = 503;
    return;
  }
  verdict.json = R"({"active":true,"scope":"other","sub":"somebody else"})";
  verdict.good = true;
  token.confirmation_status = 0;
}

}  // namespace

Verdict::Kind draw_transport_fault(Random& random) {
  using Kind = Verdict::Kind;
  constexpr std::array kinds{Kind::Garbage, Kind::Truncated, Kind::Vanish, Kind::Silent,
                             Kind::Huge};
  return kinds[random.below(kinds.size())];
}

void draw_manner(Verdict& verdict, Random& random) {
  verdict.chunked = random.chance(300);
  verdict.close = random.chance(200);
  verdict.delay = milliseconds(random.chance(500) ? 0 : random.between(1, 400));
}

void draw_userinfo(Token& token, Random& random) {
  Verdict& verdict = token.userinfo;
  draw_manner(verdict, random);
  verdict.json = R"({"sub":")" + token.subject + R"(","name":"Somebody"})";
  verdict.good = true;
  if (random.chance(700)) return;
  verdict.good = false;
  token.userinfo_status = 503;
  switch (random.below(5)) {
    case 0:
      verdict.kind = draw_transport_fault(random);
      break;
    case 1: {
      constexpr std::array statuses{400, 403, 404, 429, 500, 503};
      token.userinfo_status = verdict.status = statuses[random.below(statuses.size())];
      break;
    }
    case 2:
      verdict.json = R"({"sub":"a","sub":"a"})";
      break;
    case 3:
      verdict.json = R"({"name":"Nobody"})";
      break;
    default:
      token.userinfo_status = verdict.status = 401;
      break;
  }
}

KeyStory draw_keys(Duration length, Random& random) {
  KeyStory keys;
  keys.added = microseconds(random.between(0, length.us));
  if (random.chance(400)) {
    keys.removed = microseconds(random.between(keys.added.us, length.us) + 1);
    keys.removed_kid = random.chance(500) ? "early-rs" : "early-es";
  }
  constexpr std::array cache_controls{"no-store", "max-age=0", "public, max-age=7", "max-age=3600"};
  keys.cache_control = cache_controls[random.below(cache_controls.size())];
  keys.second_place = random.chance(250);
  if (random.chance(600)) return keys;
  const std::array<std::string, 3> paths{keys.second_place ? second_metadata_path : metadata_path,
                                         key_set_path(Issuer::Signer),
                                         key_set_path(Issuer::People)};
  for (std::size_t i = 1 + random.below(4); i > 0; --i) {
    DocumentFault fault;
    fault.path = paths[random.below(paths.size())];
    fault.from = microseconds(random.chance(400) ? 0 : random.between(0, length.us));
    fault.to = fault.from + milliseconds(random.between(1, 90'000));
    fault.verdict = draw_document_fault(random);
    keys.faults.push_back(fault);
  }
  return keys;
}

void add_jwts(Story& story, Random& random) {
  const std::size_t count = 2 + random.below(8);
  std::vector<bool> used(fixture_tokens().size());
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t index = random.below(used.size());
    if (used[index]) continue;
    used[index] = true;
    Token token = token_of(fixture_tokens()[index]);
    if (random.chance(150)) damage(token, random);
    draw_userinfo(token, random);
    draw_confirmation(token, random);
    if (random.chance(100) && token.userinfo.good) {
      token.userinfo.good = false;
      token.userinfo.json = R"({"sub":"somebody else"})";
      token.userinfo_status = 401;
    }
    if (random.chance(150)) token.revoked_after = milliseconds(random.between(1, 60'000));
    story.tokens.push_back(std::move(token));
  }
}

Verdict KeyStory::document(const std::string& path, Duration at) const {
  for (const DocumentFault& fault : faults) {
    if (fault.path == path && fault.from <= at && at < fault.to) return fault.verdict;
  }
  Verdict verdict;
  verdict.good = true;
  verdict.cache_control = cache_control;
  if (path == metadata_path || path == second_metadata_path) {
    verdict.json = metadata_json;
    if ((path == second_metadata_path) != second_place) verdict.status = 404;
    verdict.good = verdict.status == 200;
    return verdict;
  }
  verdict.json.clear();
  for (const FixtureKey& key : fixture_keys()) {
    const bool late = std::string_view(key.kid).starts_with("late-");
    if (late && at < added) continue;
    if (key.kid == removed_kid && at >= removed) continue;
    verdict.json += (verdict.json.empty() ? R"({"keys":[)" : ",") + std::string(key.jwk);
  }
  verdict.json += "]}";
  return verdict;
}

std::vector<Duration> KeyStory::changes() const {
  std::vector<Duration> times{Duration{}, added};
  if (!removed_kid.empty()) times.push_back(removed);
  for (const DocumentFault& fault : faults) {
    times.push_back(fault.from);
    times.push_back(fault.to);
  }
  return times;
}

}  // namespace postern::simulation
