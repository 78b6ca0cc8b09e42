// What a good file becomes.
#include "core/config/load.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/unit/config/loaded.hpp"

namespace postern::config {
namespace {

using test::full_file;
using test::Loaded;

TEST(Load, TheSmallestFileHasDocumentedDefaults) {
  const Loaded file(R"({"listeners": [{"address": "127.0.0.1:0"}],
    "upstreams": {"u": {"servers": ["http://127.0.0.1:9000"]}},
    "endpoints": [{"name": "e", "match": {"path": "/"}, "authenticate": {"connector": "none"},
                   "upstream": "u"}]})");
  ASSERT_TRUE(file.ok()) << file.lines();
  EXPECT_EQ(file->limits.connections, 256U);
  EXPECT_EQ(file->limits.header_bytes, 8192U);
  EXPECT_EQ(file->limits.cache_negative_permille, 125U);
  EXPECT_EQ(file->timeouts.head, seconds(10));
  EXPECT_EQ(file->timeouts.drain, seconds(10));
  EXPECT_EQ(file->upstreams[0].connect_timeout, milliseconds(500));
  EXPECT_EQ(file->upstreams[0].response_timeout, seconds(10));
  EXPECT_EQ(file->upstreams[0].retries, 1);
  EXPECT_EQ(file->logging.access, AccessLog::Stderr);
  EXPECT_EQ(file->clock.floor_file, "");
  EXPECT_TRUE(file->clock.handshakes.unknown);
  EXPECT_TRUE(file->clock.handshakes.floor);
  EXPECT_FALSE(file->clock.tokens.unknown);
  EXPECT_TRUE(file->clock.tokens.floor);
  EXPECT_EQ(file->errors.set, Errors::Set::Problem);
  const Endpoint& endpoint = file->endpoints[0];
  EXPECT_TRUE(endpoint.forward_authorization);
  EXPECT_TRUE(endpoint.hosts.empty());
  for (std::size_t i = 0; i < http::method_count; ++i) {
    EXPECT_TRUE(endpoint.methods.contains(static_cast<http::Method>(i)));
  }
  EXPECT_EQ(file->claims.size(), 0U) << "no claim is named, so none is kept";
}

TEST(Load, LeavesLimitsThatAreNotNamedToTheTarget) {
  Target board;
  board.limits.connections = 4;
  board.limits.cache_entries = 64;
  const Loaded file(R"({"limits": {"cache_entries": 32},
    "listeners": [{"address": "127.0.0.1:0"}],
    "upstreams": {"u": {"servers": ["http://127.0.0.1:9000"]}},
    "endpoints": [{"name": "e", "match": {"path": "/"}, "authenticate": {"connector": "none"},
                   "upstream": "u"}]})",
                    256 * KiB, true, load_scratch_bytes_max, board);
  ASSERT_TRUE(file.ok()) << file.lines();
  EXPECT_EQ(file->limits.connections, 4U);
  EXPECT_EQ(file->limits.cache_entries, 32U);
}

TEST(Load, MakesDoWithTheScratchMemoryThereIs) {
  const Loaded file(full_file, 256 * KiB, true, 40 * KiB);
  ASSERT_TRUE(file.ok()) << file.lines();
}

TEST(Load, SaysWhatItHasNoScratchMemoryFor) {
  bool text_is_too_long = false;
  bool file_is_too_long = false;
  std::size_t scratch_bytes = 4 * KiB;
  for (; scratch_bytes < 160 * KiB; scratch_bytes += KiB) {
    const Loaded file(full_file, 256 * KiB, true, scratch_bytes);
    if (file.ok()) break;
    const std::string lines = file.lines();
    const auto says = [&](std::string_view what) { return lines.find(what) != std::string::npos; };
    EXPECT_TRUE(says("is too long") || says("there is no memory left for it"))
        << scratch_bytes << ": " << lines;
    text_is_too_long |= says("line 1, column 1: there is no memory left for it");
    file_is_too_long |= says("is too long");
  }
  EXPECT_TRUE(text_is_too_long);
  EXPECT_TRUE(file_is_too_long);
  EXPECT_LT(scratch_bytes, 40 * KiB);
}

TEST(Load, ReadsListenersLimitsAndProxies) {
  const Loaded file(full_file);
  ASSERT_TRUE(file.ok()) << file.lines();
  ASSERT_EQ(file->listeners.size(), 3U);
  EXPECT_EQ(file->listeners[0].address.port, 8080);
  EXPECT_EQ(file->listeners[1].address.family, Address::Family::V6);
  EXPECT_EQ(file->limits.connections, 100U);
  EXPECT_EQ(file->limits.cache_negative_permille, 250U);
  EXPECT_EQ(file->timeouts.head, seconds(5));
  EXPECT_EQ(file->timeouts.drain, seconds(0));
  ASSERT_EQ(file->trusted_proxies.size(), 2U);
  EXPECT_EQ(file->trusted_proxies[0].prefix_bits, 8);
  EXPECT_EQ(file->trusted_proxies[1].prefix_bits, 128);
  EXPECT_EQ(file->logging.access, AccessLog::Ring);
  EXPECT_EQ(file->logging.level, LogLevel::Debug);
  EXPECT_EQ(file->clock.floor_file, "state/clock-floor");
  EXPECT_FALSE(file->clock.handshakes.unknown);
  EXPECT_TRUE(file->clock.handshakes.floor);
  EXPECT_FALSE(file->clock.tokens.floor);
}

TEST(Load, ReadsProvidersWithTheirSecrets) {
  const Loaded file(full_file);
  ASSERT_TRUE(file.ok()) << file.lines();
  ASSERT_EQ(file->providers.size(), 4U);
  const Provider& plant = file->providers[0];
  EXPECT_EQ(plant.name, "plant");
  EXPECT_EQ(plant.issuer, "https://id.plant.example");
  EXPECT_EQ(plant.connect_timeout, milliseconds(700));
  EXPECT_EQ(plant.max_ttl, seconds(120));
  EXPECT_EQ(plant.safety_margin, seconds(3));
  ASSERT_TRUE(plant.introspection);
  EXPECT_EQ(plant.introspection->client_auth, ClientAuth::ClientSecretBasic)
      << "what a client_id asks for";
  EXPECT_EQ(as_text(plant.introspection->client_secret->expose()), "swordfish");
  EXPECT_EQ(plant.introspection->url.host, "id.plant.example");
  EXPECT_EQ(plant.introspection->url.authority, "id.plant.example:9100");
  EXPECT_EQ(plant.introspection->url.target, "/introspect?v=1");
  EXPECT_EQ(plant.introspection->url.literal.family, Address::Family::None);
  const Provider& legacy = file->providers[1];
  EXPECT_EQ(legacy.introspection->client_auth, ClientAuth::None);
  EXPECT_EQ(legacy.introspection->method, http::Method::Get);
  EXPECT_EQ(legacy.introspection->mode, IntrospectionMode::Status);
  EXPECT_EQ(legacy.introspection->url.literal.port, 80);
  EXPECT_FALSE(file->providers[3].introspection);
}

TEST(Load, ReadsUpstreams) {
  const Loaded file(full_file);
  ASSERT_TRUE(file.ok()) << file.lines();
  const Upstream& historian = file->upstreams[0];
  ASSERT_EQ(historian.servers.size(), 2U);
  EXPECT_EQ(historian.servers[1].host, "backup.example");
  EXPECT_EQ(historian.servers[1].port, 80);
  EXPECT_EQ(historian.retries, 0);
  const Url& camera = file->upstreams[1].servers[0];
  EXPECT_EQ(camera.host, "::1") << "without brackets";
  EXPECT_EQ(camera.authority, "[::1]:9001");
  EXPECT_EQ(camera.literal.port, 9001);
}

TEST(Load, ReadsAnEndpointsRules) {
  const Loaded file(full_file);
  ASSERT_TRUE(file.ok()) << file.lines();
  const Endpoint& readings = file->endpoints[0];
  EXPECT_EQ(readings.hosts[0], "gw.example");
  EXPECT_EQ(readings.path, "/readings/");
  EXPECT_TRUE(readings.methods.contains(http::Method::Head));
  EXPECT_FALSE(readings.methods.contains(http::Method::Post));
  EXPECT_EQ(readings.strip_prefix, "/readings");
  EXPECT_FALSE(readings.forward_authorization);
  EXPECT_EQ(readings.upstream, 0);

  const Authenticate& authenticate = readings.authenticate;
  ASSERT_EQ(authenticate.token_from.size(), 2U);
  EXPECT_EQ(authenticate.token_from[1].kind, TokenSource::Kind::Header);
  EXPECT_EQ(authenticate.token_from[1].name, "X-Token");
  EXPECT_EQ(authenticate.select.by, Select::By::Header);
  EXPECT_EQ(authenticate.select.choices[0].value, "eu");
  EXPECT_EQ(authenticate.select.choices[0].provider, 0);
  EXPECT_EQ(authenticate.select.default_provider, 1);

  const Authorize& authorize = readings.authorize;
  ASSERT_EQ(authorize.scopes.size(), 2U);
  EXPECT_EQ(authorize.scopes[0].match, Match::All);
  EXPECT_EQ(authorize.scopes[1].match, Match::None);
  ASSERT_EQ(authorize.claims.size(), 1U);
  EXPECT_EQ(authorize.claims[0].match, Match::Any) << "when the file does not say";
  EXPECT_EQ(authorize.claims[0].values[1].kind, ClaimValue::Kind::Number);
  EXPECT_EQ(authorize.claims[0].values[1].text, "7");
  EXPECT_EQ(authorize.claims[0].values[3].kind, ClaimValue::Kind::Null);
  EXPECT_EQ(authorize.max_token_age, seconds(60));

  ASSERT_TRUE(readings.limit);
  EXPECT_EQ(readings.limit->burst, 80U);
  EXPECT_EQ(readings.limit->per, seconds(2));
  const Endpoint& picture = file->endpoints[1];
  EXPECT_EQ(picture.limit->slot, no_slot) << "the client's address is the key";
  EXPECT_EQ(picture.limit->burst, 5U) << "as requests";
}

TEST(Load, GivesOneSlotToAClaimHoweverItIsSpelled) {
  const Loaded file(full_file);
  ASSERT_TRUE(file.ok()) << file.lines();
  const Endpoint& readings = file->endpoints[0];
  EXPECT_EQ(readings.enrich[1].slot, readings.authorize.claims[0].slot) << "$.groups, $['groups']";
  EXPECT_EQ(readings.limit->slot, file->standard_slots.client_id);
  EXPECT_NE(file->standard_slots.scope, no_slot);
  EXPECT_EQ(file->standard_slots.issuer, no_slot) << "no rule asks for it";
  // groups, scope, scp, aud, client_id, sub; jti, since a token may be revoked by it; and two of
  // cnf, since a token may be bound
  EXPECT_EQ(file->claims.size(), 9U);
  EXPECT_NE(file->standard_slots.token_id, no_slot);
}

TEST(Load, ReservesEveryHeaderThatIsSetAnywhere) {
  const Loaded file(full_file);
  ASSERT_TRUE(file.ok()) << file.lines();
  const auto has = [&](std::string_view name) {
    const auto& all = file->reserved_headers;
    return std::count(all.begin(), all.end(), name);
  };
  for (const std::string_view name : {"x-subject", "x-groups", "forwarded", "x-forwarded-for",
                                      "x-forwarded-host", "x-forwarded-proto", "x-real-ip"}) {
    EXPECT_EQ(has(name), 1) << name;
  }
}

TEST(Load, AnEndpointsErrorsStandInForTheFiles) {
  const Loaded file(full_file);
  ASSERT_TRUE(file.ok()) << file.lines();
  EXPECT_EQ(file->errors.set, Errors::Set::Empty);
  EXPECT_EQ(file->endpoints[1].errors.set, Errors::Set::Empty);
  const Errors& errors = file->endpoints[0].errors;
  EXPECT_EQ(errors.set, Errors::Set::Plain);
  const ErrorAnswer* absent = errors.answer(ErrorCase::TokenAbsent);
  ASSERT_NE(absent, nullptr);
  EXPECT_EQ(absent->status, 404);
  EXPECT_EQ(absent->body, "");
  EXPECT_EQ(errors.answer(ErrorCase::Scope), nullptr);
}

TEST(Load, TakesAByteOrderMark) { EXPECT_TRUE(Loaded("\xEF\xBB\xBF" + full_file).ok()); }

TEST(Load, SaysWhenMemoryIsUsedUp) {
  const std::size_t enough = Loaded(full_file).used_bytes();
  for (std::size_t bytes = 0; bytes < enough; bytes += 61) {
    const Loaded file(full_file, bytes);
    ASSERT_FALSE(file.ok()) << bytes;
    ASSERT_FALSE(file.findings().empty()) << bytes;
  }
}

}  // namespace
}  // namespace postern::config
