#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "platform/sim/peers/provider.hpp"
#include "tests/simulation/story.hpp"

namespace postern::simulation {

/// A time within which something happened.
struct Window {
  MonotonicTime from;
  MonotonicTime to;
};

/// What the gateway can have known of a provider's keys, reconstructed from what the provider sent
/// and from the requests that were forwarded.
class KeyBooks {
 public:
  /// `exact`: all that was sent has arrived.
  KeyBooks(const platform::sim::Provider& provider, bool exact)
      : provider_(provider), exact_(exact) {}

  /// A request with a token signed by the key was forwarded: the gateway has it.
  void note_used(const Token& token, MonotonicTime at);

  /// The key was in a key set that was sent within the window.
  [[nodiscard]] bool had_key(const Token& token, Window window) const;
  /// There was a key set in use at any time within the window, and it had the key if that was
  /// published.
  [[nodiscard]] bool surely_had_keys(const Token& token, Window window) const;
  /// A token with a published key may be refused for its key within the window: a key set without
  /// it is in use, and either the key was taken out of it, or it is newer than the last fetch and
  /// the cool-down has not passed.
  [[nodiscard]] bool may_lack_key(const Token& token, Window window) const;
  /// A key set without the key is in use, surely, since before that time, which had it once.
  [[nodiscard]] bool surely_gone(const Token& token, MonotonicTime at) const;

  /// What the provider was asked more often than once per cool-down; empty: nothing.
  [[nodiscard]] std::vector<std::string> fetched_too_often() const;

 private:
  struct KeySet {
    MonotonicTime at;
    bool has_key;
  };
  [[nodiscard]] std::vector<KeySet> key_sets(const Token& token) const;
  [[nodiscard]] bool was_used(const Token& token, MonotonicTime since) const;
  [[nodiscard]] bool was_asked(const Token& token, Window window) const;

  const platform::sim::Provider& provider_;
  bool exact_;
  std::map<std::pair<Issuer, std::string>, MonotonicTime> first_use_;
};

}  // namespace postern::simulation
