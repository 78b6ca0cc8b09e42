#pragma once

#include <cstdint>
#include <span>

namespace postern::simulation {

/// The simulated provider is two issuers, as one server often is.
enum class Issuer : std::uint8_t {
  Signer,  ///< Issues access tokens; all the gateway knows of it is its name.
  People,  ///< Issues ID tokens and answers at a UserInfo endpoint.
};

/// A public key, as a JWK. Both issuers sign with the same keys: what tells them apart is `iss`.
/// Those named "early-" are published from the start, those named "late-" come later.
struct FixtureKey {
  const char* kid;
  const char* jwk;
};

/// A token signed with one of them. `exp` is far beyond the simulated wall clock or far before it,
/// however that jumps.
struct FixtureToken {
  enum class Nature : std::uint8_t {
    Good,
    Expired,
    Forged,  ///< Signed with a stranger's key, under the name of a published one.
  };
  Issuer issuer;
  const char* kid;
  Nature nature;
  bool may_read;  ///< Its scope is "read".
  const char* subject;
  const char* text;
};

std::span<const FixtureKey> fixture_keys();
std::span<const FixtureToken> fixture_tokens();

}  // namespace postern::simulation
