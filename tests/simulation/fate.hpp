#pragma once

#include "tests/simulation/story.hpp"

namespace postern::simulation {

/// A fate that is not the gateway's to decide: the upstream answers.
inline constexpr int forwarded = 0;

/// What an honest gateway does with a request when nothing fails: its own status, or `forwarded`.
int fate(const Story& story, const Request& request);

/// The upstream's answer breaks before its last byte (a close-delimited one that just ends does
/// not).
bool breaks(const Request& request);

/// Its connector looks at JWTs, and with keys of which issuer.
bool verifies_here(Endpoint endpoint);
Issuer issuer_of(Endpoint endpoint);

/// A JWT that its issuer made for us, whatever becomes of its key.
bool is_good_jwt(const Token& token, Issuer issuer);

/// Whether the keys decide: there is a JWT whose form alone does not refuse it, at an endpoint that
/// verifies it. Which keys are looked at depends on the endpoint, not on who made the token.
bool keys_decide(const Story& story, const Request& request);

}  // namespace postern::simulation
