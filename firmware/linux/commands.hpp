#pragma once

#include <string>

namespace postern::firmware {

// Exit codes of the program.
inline constexpr int exit_well = 0;
inline constexpr int exit_failed = 1;   ///< The machine says no: an address in use, no memory.
inline constexpr int exit_partly = 1;   ///< import: something was not carried over.
inline constexpr int exit_refused = 2;  ///< The configuration or the command line is wrong.

// The program's commands. Each prints what it has to say and returns the exit code.
int run(const std::string& file);
int check(const std::string& file);
int plan(const std::string& file);
int import_connector(const std::string& file);

}  // namespace postern::firmware
