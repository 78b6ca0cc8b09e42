#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/base/time.hpp"
#include "platform/sim/peers/client.hpp"
#include "platform/sim/peers/provider.hpp"
#include "platform/sim/peers/upstream.hpp"
#include "platform/sim/random.hpp"
#include "tests/simulation/jwt_fixture.hpp"

namespace postern::simulation {

/// A token and what the provider knows about it.
struct Token {
  std::string text;
  platform::sim::Provider::Verdict verdict;   ///< To an introspection.
  platform::sim::Provider::Verdict userinfo;  ///< At the UserInfo endpoint.
  int userinfo_status = 0;  ///< What that means for the client; 0: the facts are there.
  platform::sim::Provider::Verdict confirmation;  ///< When the signer is asked about its JWT.
  int confirmation_status = 401;                  ///< As userinfo_status.
  std::string subject;
  bool active = false;   ///< The provider says so, at least until it is revoked.
  bool expired = false;  ///< Active, but its `exp` has passed.
  bool faulty = false;   ///< The provider fails on it: never a verdict on the token.
  bool may_read = false;
  bool may_write = false;
  Duration revoked_after;  ///< 0: never.

  // Of those that are, or look like, JWTs:
  bool is_jws = false;   ///< Three parts; everything else is opaque.
  bool genuine = false;  ///< Signed by its issuer, and not expired.
  bool keyless = false;  ///< Refused for its form: no key is ever looked for.
  Issuer issuer = Issuer::Signer;
  std::string kid;
};

/// A time during which something that is published is not answered as it should be.
struct DocumentFault {
  std::string path;
  Duration from;
  Duration to;
  platform::sim::Provider::Verdict verdict;
};

/// How the keys change while the gateway runs, and what goes wrong with them.
struct KeyStory {
  Duration added;    ///< The late keys are published, too.
  Duration removed;  ///< A key is not published any more; 0: all stay.
  std::string removed_kid;
  std::string cache_control;  ///< Of the key sets.
  bool second_place = false;  ///< The metadata stands where RFC 8414 says.
  std::vector<DocumentFault> faults;

  /// What stands at a path of a document, that long after the start.
  [[nodiscard]] platform::sim::Provider::Verdict document(const std::string& path,
                                                          Duration at) const;
  /// When document() says something new.
  [[nodiscard]] std::vector<Duration> changes() const;
};

enum class Endpoint : std::uint8_t {
  Public,   ///< /public/, no token needed.
  Read,     ///< /read/, scope read, X-Subject added.
  Write,    ///< /write/, POST and PUT, scope write, Authorization forwarded, another upstream by
            ///< name.
  Jwt,      ///< /jwt/, connector jwt with the issuer Signer, scope read, X-Subject added.
  Both,     ///< /both/, as Jwt, and the issuer is asked whether the token is still good.
  Id,       ///< /id/, connector oidc with the issuer People, X-Subject added.
  Missing,  ///< /missing/, no such endpoint.
};

/// One request, what shall happen to it and what did.
struct Request {
  static constexpr std::size_t no_token = SIZE_MAX;

  std::size_t id = 0;
  std::size_t client = 0;
  Endpoint endpoint = Endpoint::Public;
  std::size_t token = no_token;
  std::string method = "GET";
  std::string body;
  std::string bytes;  ///< As sent.
  std::string
      expectation;       ///< Of `bytes`: the part before the body when the client waits for a 100.
  bool complete = true;  ///< The client sends all of it.
  int malformed_status = 0;  ///< Not a legal request: this is its answer.
  bool upgrade = false;
  platform::sim::Upstream::Answer answer;  ///< The upstream's, should it get there.
};

/// What one client does.
struct ClientStory {
  std::size_t engine = 0;
  Duration starts;
  std::vector<std::size_t> requests;  ///< Ids, in the order sent on its one connection.
  std::vector<platform::sim::Client::Step> script;
  bool stays = false;
  /// Sends whole requests, reads all answers, leaves by itself: must get everything it asked for.
  bool polite = true;
};

/// Everything that is drawn from a seed besides the network: who comes, what they want, how the
/// others behave.
struct Story {
  std::size_t engine_count = 1;
  bool tight = false;    ///< Limits so small that pools run empty: 503 is always possible.
  bool secured = false;  ///< TLS, where configuration_text() says so.
  std::string configuration;
  std::vector<Token> tokens;
  KeyStory keys;
  std::vector<Request> requests;
  std::vector<ClientStory> clients;
  Duration length;  ///< When the last client has started.

  static Story draw(platform::sim::Random random, bool secured);
};

/// Bytes that tell of which request they are and where they stand in it.
std::string pattern(std::size_t id, std::size_t size);

/// Text of a header value that must never reach anybody.
inline constexpr const char* forged = "forged-by-client";

// What the configuration says, for the judge.
inline constexpr Duration facts_life = seconds(30);
inline constexpr Duration refusals_life = seconds(5);
inline constexpr Duration idle_time = seconds(20);
inline constexpr Duration head_time = seconds(5);
inline constexpr Duration keys_cooldown = seconds(5);
inline constexpr Duration keys_offline = seconds(25);
inline constexpr Duration verified_life = seconds(10);  ///< As facts_life, of the signer's tokens.
inline constexpr const char* introspection_path = "/introspect";
inline constexpr Duration confirmed_life = seconds(5);  ///< revalidate_s
inline constexpr const char* confirmation_path = "/signer/introspect";
inline constexpr const char* userinfo_path = "/people/userinfo";
/// Only the signer's is looked for: the addresses of the other are configured.
inline constexpr const char* metadata_path = "/signer/.well-known/openid-configuration";
/// Where the signer's metadata may stand instead.
inline constexpr const char* second_metadata_path =
    "/.well-known/oauth-authorization-server/signer";
inline std::string key_set_path(Issuer issuer) {
  return issuer == Issuer::Signer ? "/signer/jwks" : "/people/jwks";
}

}  // namespace postern::simulation
