#pragma once

#include <string>
#include <string_view>

namespace postern::importer {

/// The JSONPath (RFC 9535) of the top-level claim called `name`, whatever characters that has:
/// $.sub, $['plant.role'].
std::string path_of_claim(std::string_view name);

/// The JSONPath of an expression in the reference's dialect, where `$.` may be left out and a name
/// after a dot may hold nearly anything: `realm.roles` is $.realm.roles, `$.x-id` is $['x-id'].
/// What has no equal in RFC 9535, or may select several values, comes back as it stands.
std::string path_of_expression(std::string_view expression);

}  // namespace postern::importer
