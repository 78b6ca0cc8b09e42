// Each mistake is told in one line: where it is, what is wrong, what to write instead.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tests/unit/config/loaded.hpp"
#include "tests/unit/config/mistake.hpp"

namespace postern::config {
namespace {

using test::full_file;
using test::Loaded;
using test::Mistake;

constexpr std::string_view readings = R"("name": "readings",)";

constexpr Mistake mistakes[] = {
    // Spelling.
    {R"("limits")", R"("limit")", "/limit", "no such member", "did you mean \"limits\"?"},
    {R"("head_ms")", R"("headers_ms")", "/timeouts/headers_ms", "no such member",
     "known here: head_ms"},
    {R"("connector": "none")", R"("connector": "nothing")", "/endpoints/1/authenticate/connector",
     "\"nothing\" is not known here", "none, oauth2, jwt, oidc"},
    {R"("methods": ["GET", "HEAD"])", R"("methods": ["get"])", "/endpoints/0/match/methods/0",
     "\"get\" is not known here", "GET, HEAD, POST"},
    {R"("access": "ring")", R"("access": "stdout")", "/logging/access", "not known",
     "stderr, off, ring"},
    // A clock of which more is known cannot be good for less.
    {R"("unknown": {"handshakes": "refuse", "tokens": "refuse"})",
     R"("unknown": {"handshakes": "refuse", "tokens": "allow"})", "/clock/floor/tokens",
     "refuses tokens by a clock that may be right", "write \"refuse\" there, too"},
    {R"("floor_file": "state/clock-floor")", R"("floor_file": "")", "/clock/floor_file", "is empty",
     "write something"},
    // Types, ranges, numbers of things.
    {R"("connections": 100)", R"("connections": "100")", "/limits/connections",
     "\"100\" is not a number", "a whole number from 1 to 16384"},
    {R"("connections": 100)", R"("connections": 0)", "/limits/connections", "0 is out of range",
     "from 1"},
    {R"("connections": 100)", R"("connections": 1e3)", "/limits/connections",
     "1e3 is not a whole number", ""},
    {R"("cache_negative_share": 0.25)", R"("cache_negative_share": 0.6)",
     "/limits/cache_negative_share", "0.6 is out of range", "from 0 to 0.5"},
    {R"("cache_negative_share": 0.25)", R"("cache_negative_share": 0.0001)",
     "/limits/cache_negative_share", "too many decimals", ""},
    {R"("forward_authorization": false)", R"("forward_authorization": "no")",
     "/endpoints/0/forward_authorization", "neither true nor false", "write true or false"},
    {R"("audience": ["urn:historian"])", R"("audience": "urn:historian")",
     "/endpoints/0/authorize/audience", "is not a list", "write ["},
    {R"("servers": ["http://[::1]:9001"])", R"("servers": [])", "/upstreams/camera/servers",
     "too few: 0", "1 to 16"},
    {R"("values": ["operators", 7, true, null])", R"("values": [{}])",
     "/endpoints/0/authorize/claims/0/values/0", "an object cannot be compared with", ""},
    {R"("upstream": "camera")", R"("rewrite": {})", "/endpoints/1/upstream", "is missing",
     "add it"},
    // Addresses and URLs.
    {R"("0.0.0.0:8080")", R"("localhost:8080")", "/listeners/0/address",
     "not an address and a port", "0.0.0.0:8080"},
    {R"("0.0.0.0:8080")", R"("0.0.0.0:80800")", "/listeners/0/address", "not an address", ""},
    {R"("0.0.0.0:8080")", R"("[::1]:8081")", "/listeners/1/address", "stands twice", "take one"},
    {R"("10.0.0.0/8")", R"("10.1.0.0/8")", "/trusted_proxies/0", "bits behind its prefix",
     "10.0.0.0/8"},
    {R"("10.0.0.0/8")", R"("10.0.0.0/33")", "/trusted_proxies/0", "no prefix length", ""},
    {R"("http://127.0.0.1:9000")", R"("127.0.0.1:9000")", "/upstreams/historian/servers/0",
     "no http or https URL", "http://host:port"},
    {R"("http://127.0.0.1:9000")", R"("http://me:secret@h")", "/upstreams/historian/servers/0",
     "user name", "@"},
    {R"("http://127.0.0.1:9000")", R"("http://h/base")", "/upstreams/historian/servers/0",
     "has a path", "strip_prefix"},
    {R"("http://127.0.0.1:9000")", R"("http://h:0")", "/upstreams/historian/servers/0",
     "host and port", ""},
    {R"(9100/introspect?v=1")", R"(9100/a/../b")", "/providers/plant/introspection/url",
     "normal form", ""},
    {R"(9100/introspect?v=1")", R"(9100/a#b")", "/providers/plant/introspection/url", "fragment",
     ""},
    // Secrets.
    {R"("client_secret_file": "secret")", R"("client_secret_file": "missing")",
     "/providers/plant/introspection/client_secret_file", "there is no file \"missing\"",
     "create it"},
    {R"("client_secret_file": "secret")", R"("client_secret_file": "exposed")",
     "/providers/plant/introspection/client_secret_file", "read or written by others", "chmod 600"},
    {R"("client_secret_file": "secret")", R"("client_secret_file": "empty")",
     "/providers/plant/introspection/client_secret_file", "is empty", ""},
    {R"("client_secret_file": "secret")", R"("client_secret_file": "long")",
     "/providers/plant/introspection/client_secret_file", "too long", "1024"},
    {R"("client_secret_file": "secret")", R"("client_secret": "swordfish")",
     "/providers/plant/introspection/client_secret", "no such member", "client_secret_file"},
    {R"("client_id": "gw",)", "", "/providers/plant/introspection/client_secret_file",
     "not used with client_auth none", "client_secret_basic"},
    {R"("mode": "status")",
     R"("client_auth": "client_secret_post", "client_id": "g", "client_secret_file": "s")",
     "/providers/legacy/introspection/client_auth", "cannot be used with GET", "POST"},
    // References.
    {R"("upstream": "camera")", R"("upstream": "kamera")", "/endpoints/1/upstream",
     "no upstream \"kamera\"", "under /upstreams"},
    {R"("default": "legacy")", R"("default": "none")", "/endpoints/0/authenticate/select/default",
     "no provider \"none\"", "under /providers"},
    {R"("eu": "plant")", R"("eu": "silent")", "/endpoints/0/authenticate/select/values/eu",
     "has no introspection", ""},
    {R"("header": "X-Region", )", "", "/endpoints/0/authenticate/select/values",
     "without a selector", ""},
    {R"("header": "X-Region", )", R"("header": "X-Region", "host": true, )",
     "/endpoints/0/authenticate/select", "several things at once", "keep one"},
    {R"(["authorization", "header:X-Token"])", R"(["authorization", "body:t"])",
     "/endpoints/0/authenticate/token_from/1", "no place for a token", "cookie:NAME"},
    {R"(["authorization", "header:X-Token"])", R"(["header:Host"])",
     "/endpoints/0/authenticate/token_from/0", "no place for a token", ""},
    // Paths, hosts, claims, headers.
    {R"("path": "/readings/")", R"("path": "readings")", "/endpoints/0/match/path", "is not a path",
     "begins with /"},
    {R"("path": "/readings/")", R"("path": "/x/../readings/")", "/endpoints/0/match/path",
     "not in normal form", "write /readings/"},
    {R"("path": "/readings/")", R"("path": "/readings?x")", "/endpoints/0/match/path",
     "not a path that any request", ""},
    {R"("GW.example")", R"("gw.example:80")", "/endpoints/0/match/hosts/0", "not a host name",
     "without port"},
    {R"("strip_prefix": "/readings/")", R"("strip_prefix": "/read")",
     "/endpoints/0/rewrite/strip_prefix", "not the beginning of match.path", ""},
    {R"("claim": "$.sub")", R"("claim": "sub")", "/endpoints/0/enrich/0/claim", "not a JSONPath",
     "$.sub"},
    {R"("claim": "$.sub")", R"("claim": "$..sub")", "/endpoints/0/enrich/0/claim", "several values",
     ""},
    {R"("X-Subject")", R"("X Subject")", "/endpoints/0/enrich/0/header", "not a header's name", ""},
    {R"("X-Subject")", R"("Content_Length")", "/endpoints/0/enrich/0/header", "meaning of its own",
     ""},
    {R"("X-Subject")", R"("x-groups")", "/endpoints/0/enrich/1/header", "is set twice", ""},
    {R"("all": ["read"])", R"("all": ["read write"])", "/endpoints/0/authorize/scopes/all/0",
     "is not a scope", "one scope"},
    // Rules that would protect nothing, endpoints that would never be reached.
    {R"("limit": {"requests": 5})", R"("authorize": {"audience": ["x"]})", "/endpoints/1/authorize",
     "needs a token", "another connector"},
    {R"("limit": {"requests": 5})", R"("limit": {"requests": 5, "key": "$.sub"})",
     "/endpoints/1/limit/key", "needs a token", "address"},
    {R"("name": "picture")", R"("name": "readings")", "/endpoints/1/name",
     "name of another endpoint", ""},
    {R"("match": {"path": "/picture"})",
     R"("match": {"hosts": ["gw.example"], "path": "/readings/"})", "/endpoints/1/match",
     "\"readings\" takes, too", "differ"},
    // What is not there yet.
    {R"("silent": {})", R"("silent": {"offline": {"facts_s": 60}})",
     "/providers/silent/offline/facts_s", "out of range", ""},
    // Keys, and what a connector needs of its provider.
    {R"("connector": "oauth2")", R"("connector": "jwt")",
     "/endpoints/0/authenticate/select/default", "has no jwks.url or jwks.file",
     "an issuer that is an http URL"},
    {R"("connector": "oauth2")", R"("connector": "oidc")",
     "/endpoints/0/authenticate/select/default", "has no userinfo.url", "discovered"},
    {R"("connector": "oauth2")", R"("connector": "oauth2", "revalidate_s": 5)",
     "/endpoints/0/authenticate/revalidate_s", "connector jwt only", "take it out"},
    {R"("silent": {})", R"("silent": {"jwks": {"file": "missing"}})", "/providers/silent/jwks/file",
     "there is no file \"missing\"", "the key set"},
    {R"("silent": {})", R"("silent": {"jwks": {"file": "{"}})", "/providers/silent/jwks/file",
     "the file \"{\"", "correct the JSON"},
    {R"("silent": {})", R"("silent": {"jwks": {"file": "{\"keys\":[]}"}})",
     "/providers/silent/jwks/file", "no key that can be used", "2048"},
    {R"("silent": {})", R"("silent": {"algorithms": ["none"]})", "/providers/silent/algorithms/0",
     "\"none\" is not known here", "RS256"},
    {R"("silent": {})", R"("silent": {"algorithms": []})", "/providers/silent/algorithms",
     "too few", ""},
    {R"("silent": {})", R"("silent": {"algorithms": ["HS256"]})", "/providers/silent/algorithms/0",
     "needs a secret", "hmac_secret_file"},
    {R"("silent": {})", R"("silent": {"algorithms": ["HS256"], "hmac_secret_file": "secret"})",
     "/providers/silent/hmac_secret_file", "too short for \"HS256\"", "32"},
    {R"("silent": {})", R"("silent": {"hmac_secret_file": "secret"})",
     "/providers/silent/hmac_secret_file", "is not used", "algorithms"},
    {R"("silent": {})", R"("silent": {"proxy": "http://proxy:3128/x"})", "/providers/silent/proxy",
     "has a path", "http://host:port"},
    {R"("silent": {})",
     R"("silent": {"userinfo": {"error_message": {"from": "header", "claim": "$.a"}}})",
     "/providers/silent/userinfo/error_message/claim", "not used with from \"header\"", ""},
    {R"([{"header": "X-Subject", "claim": "$.sub"},
                {"header": "X-Groups", "claim": "$['groups']"}])",
     R"({"nobody": []})", "/endpoints/0/enrich/nobody", "no provider of this name", "default"},
    // Answers of our own.
    {R"("text": "Nothing here")", R"("text": "Nichts\n")",
     "/endpoints/0/errors/statuses/token_absent/text", "cannot stand in an answer's head", "ASCII"},
    {R"("token_absent")", R"("token_missing")", "/endpoints/0/errors/statuses/token_missing",
     "no such member", ""},
    // Nothing a terminal would obey.
    {readings, R"("name": "red\u001b[31m",)", "/endpoints/0/name", "control character",
     "take it out"},
};

class Mistakes : public testing::TestWithParam<Mistake> {};

TEST_P(Mistakes, AreToldWithPlaceAndRemedy) { test::expect_told(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Configuration, Mistakes, testing::ValuesIn(mistakes));

TEST(Mistakes, AreAllToldAtOnce) {
  std::string text = full_file;
  for (const auto& [from, to] : {std::pair{R"("connections": 100)", R"("connections": 0)"},
                                 std::pair{R"("upstream": "camera")", R"("upstream": "x")"},
                                 std::pair{R"("X-Subject")", R"("X Subject")"}}) {
    text = test::replaced(text, from, to);
  }
  EXPECT_EQ(Loaded(text).findings().size(), 3U) << Loaded(text).lines();
}

TEST(Mistakes, OfSyntaxAreToldByLineAndColumn) {
  const auto problem = [](const std::string& text) {
    const Loaded file(text);
    EXPECT_EQ(file.findings().size(), 1U) << text;
    return file.findings().empty() ? std::string() : file.findings()[0].problem;
  };
  EXPECT_EQ(problem("").find("line 1, column 1: "), 0U);
  EXPECT_EQ(problem("{\"listeners\": [],\n \"listeners\": []}").find("line 2, column 2: "), 0U)
      << "a name twice: readers differ in which one they believe";
  EXPECT_EQ(problem("{\"a\": 1,\n}").find("line 2, column 1: "), 0U);
  EXPECT_NE(problem("[]").find("not an object"), std::string::npos);
}

TEST(Mistakes, AreReportedUpToABound) {
  std::string text = "{";
  for (int i = 0; i < 500; ++i) text += "\"x" + std::to_string(i) + "\": 1,";
  text.back() = '}';
  EXPECT_EQ(Loaded(text).findings().size(), Findings::count_max);
}

TEST(Mistakes, OfTooManyClaimsAndTimeOuts) {
  std::string enrich;
  for (int i = 0; i < 40; ++i) {
    enrich += R"({"header": "X-)" + std::to_string(i) + R"(", "claim": "$.c)" + std::to_string(i) +
              R"("},)";
  }
  enrich.pop_back();
  const std::string claims =
      test::replaced(full_file, R"({"header": "X-Subject", "claim": "$.sub"})", enrich);
  EXPECT_NE(Loaded(claims).lines().find("one claim too many"), std::string::npos);

  std::string upstreams;
  for (int i = 0; i < 70; ++i) {
    upstreams += R"("u)" + std::to_string(i) + R"(": {"servers": ["http://h"], "connect_ms": )" +
                 std::to_string(1000 + i) + "},";
  }
  const std::string waits =
      test::replaced(full_file, R"("camera": {)", upstreams + R"("camera": {)");
  EXPECT_NE(Loaded(waits).lines().find("different values of connect_ms"), std::string::npos);
}

}  // namespace
}  // namespace postern::config
