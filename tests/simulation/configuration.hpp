#pragma once

#include <string>

namespace postern::simulation {

/// The configuration of the gateway under simulation: three endpoints, one provider found by name,
/// one upstream by address and one by name. `tight`: limits that a handful of clients exhausts.
std::string configuration_text(bool tight);

}  // namespace postern::simulation
