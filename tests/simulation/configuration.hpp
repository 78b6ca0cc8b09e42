#pragma once

#include <string>

namespace postern::simulation {

/// The configuration of the gateway under simulation: an endpoint for each connector, providers
/// found by name, of which one is configured by its issuer only, one upstream by address and one by
/// name. `tight`: limits that a handful of clients exhausts. `secured`: clients, both upstreams and
/// two of the providers speak TLS, with the certificates "timeless" of make_certificates.py.
std::string configuration_text(bool tight, bool secured = false);

}  // namespace postern::simulation
