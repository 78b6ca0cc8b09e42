#pragma once

#include "tests/simulation/story.hpp"

namespace postern::simulation {

/// When keys come and go, and what goes wrong with the documents meanwhile.
KeyStory draw_keys(Duration length, platform::sim::Random& random);

/// Adds JWTs of both issuers: good, expired, forged and damaged ones.
void add_jwts(Story& story, platform::sim::Random& random);

/// Draws how the UserInfo endpoint answers about a token.
void draw_userinfo(Token& token, platform::sim::Random& random);

/// Draws how an answer comes, whatever it says.
void draw_manner(platform::sim::Provider::Verdict& verdict, platform::sim::Random& random);

/// A way not to answer at all, or not in HTTP, or not within bounds.
platform::sim::Provider::Verdict::Kind draw_transport_fault(platform::sim::Random& random);

}  // namespace postern::simulation
