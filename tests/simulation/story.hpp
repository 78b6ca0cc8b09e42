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

namespace postern::simulation {

/// An access token and what the provider knows about it.
struct Token {
  std::string text;
  platform::sim::Provider::Verdict verdict;
  std::string subject;
  bool active = false;   ///< The provider says so, at least until it is revoked.
  bool expired = false;  ///< Active, but its `exp` has passed.
  bool faulty = false;   ///< The provider fails on it: never a verdict on the token.
  bool may_read = false;
  bool may_write = false;
  Duration revoked_after;  ///< 0: never.
};

enum class Endpoint : std::uint8_t {
  Public,   ///< /public/, no token needed.
  Read,     ///< /read/, scope read, X-Subject added.
  Write,    ///< /write/, POST and PUT, scope write, Authorization forwarded, another upstream by
            ///< name.
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
  bool tight = false;  ///< Limits so small that pools run empty: 503 is always possible.
  std::string configuration;
  std::vector<Token> tokens;
  std::vector<Request> requests;
  std::vector<ClientStory> clients;
  Duration length;  ///< When the last client has started.

  static Story draw(platform::sim::Random random);
};

/// Bytes that tell of which request they are and where they stand in it.
std::string pattern(std::size_t id, std::size_t size);

/// Text of a header value that must never reach anybody.
inline constexpr const char* forged = "forged-by-client";

// What the configuration says, for the judge.
inline constexpr Duration facts_life = seconds(30);
inline constexpr Duration idle_time = seconds(20);
inline constexpr Duration head_time = seconds(5);

}  // namespace postern::simulation
