#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/base/arena.hpp"
#include "core/base/memory_plan.hpp"
#include "core/config/config.hpp"
#include "core/config/findings.hpp"
#include "core/json/document.hpp"

namespace postern::config {

/// Why a file that the configuration names cannot be used.
enum class FileProblem : std::uint8_t {
  None,
  Missing,     ///< There is no such file.
  Unreadable,  ///< It is there, but cannot be opened or read.
  Exposed,     ///< A secret, and others than those it is for may read or write it.
  Empty,       ///< Nothing in it but white space.
  TooLong,     ///< More than secret_bytes_max, or than the memory given.
};

/// Reads the files that the configuration names. A platform's: core knows no files.
class FileReader {
 public:
  /// Reads `file`, as the configuration names it, without the line end at its end.
  virtual FileProblem read_secret(std::string_view file, ClientSecret& secret) = 0;
  /// Reads all of a file that holds no secret into the front of `into`, and says how long it is.
  virtual FileProblem read_text(std::string_view file, std::span<char> into, std::size_t& size) = 0;
  /// The same for a file that nobody but its owner may read or write, such as a private key.
  virtual FileProblem read_secret_text(std::string_view file, std::span<char> into,
                                       std::size_t& size) = 0;
  /// The certificates of the authorities that this system trusts, in PEM. Missing: it has no list.
  virtual FileProblem read_system_anchors(std::span<char> into, std::size_t& size) = 0;

 protected:
  ~FileReader() = default;
};

/// How the file's text is parsed, and how much scratch memory that takes at most.
inline constexpr json::ParseLimits file_limits{
    .text_bytes_max = configuration_text_bytes_max, .depth_max = 16, .values_max = 32'768};
/// The same for a key set in a file of its own.
inline constexpr json::ParseLimits key_file_limits{
    .text_bytes_max = 64 * KiB, .depth_max = 16, .values_max = 4096};
inline constexpr std::size_t key_file_scratch_bytes =
    json::parse_arena_bytes(key_file_limits) + key_file_limits.text_bytes_max + 1;
/// Files of PEM. The longest are lists of authorities: Debian's has 220 KiB, and a word before each
/// certificate is common.
inline constexpr std::size_t certificate_file_bytes_max = 32 * KiB;
inline constexpr std::size_t private_key_file_bytes_max = 16 * KiB;
inline constexpr std::size_t anchors_file_bytes_max = 1024 * KiB;

/// For one file beside the configuration at a time.
inline constexpr std::size_t file_scratch_bytes =
    std::max(key_file_scratch_bytes, anchors_file_bytes_max + 1);
/// For what is known of the file while it is read: too much for the stack of a board.
inline constexpr std::size_t loader_bytes_max = 16 * KiB;
inline constexpr std::size_t load_scratch_bytes_max =
    json::parse_arena_bytes(file_limits) + loader_bytes_max + file_scratch_bytes;
/// What a configuration takes of the arena at most.
inline constexpr std::size_t configuration_bytes_max = 4 * 1024 * 1024;

/// Reads a configuration file. All that is wrong with it goes to `findings`; null when there was
/// anything. `target` is the product that will use it: what it stands for when the file is silent.
/// The result lives in `arena`, which needs at most configuration_bytes_max and keeps nothing of a
/// refused file worth keeping; `scratch`, at most load_scratch_bytes_max, and `text` are needed
/// during the call only. With less memory than that, long texts are refused as too long or as
/// needing too much: `scratch` holds the parsed text, and behind it one more file at a time.
const Config* load(std::string_view text, FileReader& files, Arena& arena, Arena& scratch,
                   Findings& findings, const Target& target = {});

}  // namespace postern::config
