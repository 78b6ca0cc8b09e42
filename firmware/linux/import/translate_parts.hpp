#pragma once

#include "firmware/linux/import/connector.hpp"
#include "firmware/linux/import/note.hpp"
#include "firmware/linux/import/pre_inputs.hpp"

// The parts of translate(), each for some of the pre-inputs.

namespace postern::importer {

/// token_validation_uri or userinfo_endpoint, called `name`: providers, and how a region header
/// chooses among them. Also the spelling where the three names of the object are lines.
void translate_regions(PreInputs& inputs, std::string_view name, Connector& connector,
                       Notes& notes);

/// inject_headers. After translate_regions: blocks belong to regions.
void translate_headers(PreInputs& inputs, Connector& connector, Notes& notes);

/// iss, aud, nonstandard_claims with their match policies, token_expiry_override.
void translate_rules(PreInputs& inputs, Connector& connector, Notes& notes);

/// The provider of `connector` that requests with this region code are for: known, or made of the
/// default one. Empty: there is no default one.
std::string provider_of_region(Connector& connector, const std::string& code, const Source& source);

/// `entry`, a number of minutes, as seconds; as it stands when it is no such number, after a note.
Value seconds_of_minutes(const Entry& entry, Notes& notes);

}  // namespace postern::importer
