#pragma once

#include <cstdint>
#include <string_view>

#include "core/base/arena.hpp"
#include "core/config/config.hpp"
#include "core/config/findings.hpp"
#include "core/json/document.hpp"

namespace postern::config {

/// Why a secret file cannot be used.
enum class SecretProblem : std::uint8_t {
  None,
  Missing,     ///< There is no such file.
  Unreadable,  ///< It is there, but cannot be opened or read.
  Exposed,     ///< Others than its owner may read or write it.
  Empty,       ///< Nothing in it but white space.
  TooLong,     ///< More than secret_bytes_max.
};

/// Reads the files that `*_file` members name. A platform's: core knows no files.
class SecretReader {
 public:
  /// Reads `file`, as the configuration names it, without the line end at its end.
  virtual SecretProblem read(std::string_view file, ClientSecret& secret) = 0;

 protected:
  ~SecretReader() = default;
};

/// How the file's text is parsed, and how much scratch memory that takes at most.
inline constexpr json::ParseLimits file_limits{
    .text_bytes_max = configuration_text_bytes_max, .depth_max = 16, .values_max = 32'768};
inline constexpr std::size_t load_scratch_bytes_max = json::parse_arena_bytes(file_limits);
/// What a configuration takes of the arena at most.
inline constexpr std::size_t configuration_bytes_max = 2 * 1024 * 1024;

/// Reads a configuration file. All that is wrong with it goes to `findings`; null when there was
/// anything. The result lives in `arena`, which needs at most configuration_bytes_max and keeps
/// nothing of a refused file worth keeping; `scratch` and `text` are needed during the call only.
const Config* load(std::string_view text, SecretReader& secrets, Arena& arena, Arena& scratch,
                   Findings& findings);

}  // namespace postern::config
