#pragma once

#include "core/config/reporter.hpp"
#include "core/config/schema.hpp"
#include "core/config/spot.hpp"

namespace postern::config {

/// Holds the value at `spot` against `shape`: types, ranges, words, members that are unknown or
/// missing. Reports all that is wrong. What names and texts mean is looked at elsewhere.
void check(const Spot& spot, const Shape& shape, Reporter& report);

}  // namespace postern::config
