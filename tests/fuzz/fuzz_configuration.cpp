// A configuration file: it gives a configuration or findings, never neither and never both, and the
// engines of a good one take exactly the memory that their plan says.
#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "core/config/load.hpp"
#include "core/gateway/gateway.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/support/block.hpp"

namespace postern {
namespace {

constexpr std::size_t workers = 2;
constexpr std::size_t block_bytes_max = 8 * 1024 * 1024;  // More takes too long to map.
constexpr std::array<std::byte, 32> entropy{};

class Secrets final : public config::FileReader {
 public:
  config::FileProblem read_secret(std::string_view file, config::ClientSecret& secret) override {
    if (file != "secret") return config::FileProblem::Missing;
    return secret.set(std::as_bytes(std::span("s3cr3t", 6))) ? config::FileProblem::None
                                                             : config::FileProblem::TooLong;
  }
  config::FileProblem read_text(std::string_view file, std::span<char> into,
                                std::size_t& size) override {
    size = std::min(file.size(), into.size());
    std::copy_n(file.begin(), size, into.begin());
    return config::FileProblem::None;
  }
  config::FileProblem read_secret_text(std::string_view file, std::span<char> into,
                                       std::size_t& size) override {
    return read_text(file, into, size);
  }
  config::FileProblem read_system_anchors(std::span<char>, std::size_t&) override {
    return config::FileProblem::Missing;
  }
};

class ReadFindings final : public config::Findings {
  void found(const config::Finding& finding) override {
    fuzz::check(finding.pointer.empty() || finding.pointer.starts_with('/'),
                "a finding has a place");
    fuzz::check(!finding.problem.empty() && !finding.remedy.empty(), "a finding says what to do");
    for (const std::string_view text : {finding.pointer, finding.problem, finding.remedy}) {
      fuzz::check(text.find('\n') == std::string_view::npos, "a finding is one line");
    }
  }
};

}  // namespace
}  // namespace postern

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace postern;
  static std::vector<std::byte> memory(config::configuration_bytes_max);
  static std::vector<std::byte> scratch_memory(config::load_scratch_bytes_max);
  Arena arena(memory);
  Arena scratch(scratch_memory);
  Secrets secrets;
  ReadFindings findings;
  const config::Config* loaded =
      config::load(fuzz::text_of(data, size), secrets, arena, scratch, findings);
  fuzz::check((loaded == nullptr) == (findings.count() > 0), "a configuration, or findings");
  if (loaded == nullptr) return 0;
  fuzz::check(!loaded->listeners.empty() && !loaded->endpoints.empty(), "it does something");

  const auto total = gateway::plan_memory(*loaded, workers).total_bytes();
  fuzz::check(total > 0, "a plan is not empty");
  if (total > block_bytes_max) return 0;
  const test::Block block(static_cast<std::size_t>(total));
  Arena engines(block.bytes());
  gateway::Shared* shared = gateway::create_shared(engines, *loaded, workers, entropy);
  for (std::size_t worker = 0; worker < workers; ++worker) {
    gateway::create(engines, *loaded, *shared, worker, workers);
  }
  fuzz::check(engines.used() == total, "what was planned is what is taken");
  return 0;
}
