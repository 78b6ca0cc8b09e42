#pragma once

#include "tests/simulation/story.hpp"

namespace postern::simulation {

/// Adds a client with its requests: polite, pipelining, slow, rude or broken, as the stream says.
void add_client(Story& story, platform::sim::Random& random);

}  // namespace postern::simulation
