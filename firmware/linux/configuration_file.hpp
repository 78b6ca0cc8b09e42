#pragma once

#include <optional>
#include <span>
#include <string>

#include "core/base/arena.hpp"
#include "core/base/memory_plan.hpp"
#include "core/config/config.hpp"
#include "core/config/load.hpp"

namespace postern::firmware {

/// A configuration file and the files it names. Their names are relative to the
/// folder of the configuration.
class ConfigurationFile final : public config::FileReader {
 public:
  explicit ConfigurationFile(std::string name);

  /// Into `arena`. All that is wrong goes to standard error, one line each; null then. Loaded twice
  /// it is the same text: the file is read once, so nobody can change it in between.
  const config::Config* load(Arena& arena);

  /// Where a file is that the configuration names.
  [[nodiscard]] std::string path_of(std::string_view file) const;

  config::FileProblem read_secret(std::string_view file, config::ClientSecret& secret) override;
  config::FileProblem read_text(std::string_view file, std::span<char> into,
                                std::size_t& size) override;
  config::FileProblem read_secret_text(std::string_view file, std::span<char> into,
                                       std::size_t& size) override;
  config::FileProblem read_system_anchors(std::span<char> into, std::size_t& size) override;

 private:
  /// False: it cannot be read, which was said.
  bool read_text();

  std::string name_;
  std::string folder_;
  std::optional<std::string> text_;
};

/// What a process with this configuration maps: what the engines need, what the platform needs, and
/// the configuration itself.
MemoryPlan plan_memory(const config::Config& config, std::size_t configuration_bytes);

/// As configured; one per processor core that this process may use when that is 0.
std::size_t worker_count(const config::Config& config);

/// The row for the configuration's own bytes.
MemoryRow configuration_row(std::size_t bytes);

}  // namespace postern::firmware
