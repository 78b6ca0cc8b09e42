#pragma once

#include <string>

namespace postern::config::test {

/// The JSON Schema (draft 2020-12) of the configuration file, made from the loader's tables.
std::string schema_text();

}  // namespace postern::config::test
