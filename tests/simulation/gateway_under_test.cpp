#include "tests/simulation/gateway_under_test.hpp"

#include <array>
#include <cstring>
#include <new>
#include <string_view>

#include "core/base/bytes.hpp"
#include "core/base/memory_plan.hpp"
#include "core/config/load.hpp"
#include "core/tls/library.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/seeded_entropy.hpp"

namespace postern::simulation {
namespace {

constexpr std::size_t configuration_bytes = 64 * 1024;
constexpr std::align_val_t alignment{MemoryRow::alignment};

/// The secrets there are, and the certificates of tests/support/make_certificates.py.
class Secrets final : public config::FileReader {
 public:
  config::FileProblem read_secret(std::string_view file, config::ClientSecret& secret) override {
    const std::string_view bytes = file == "hmac" ? hmac_secret : client_secret;
    return secret.set(as_bytes(bytes)) ? config::FileProblem::None : config::FileProblem::TooLong;
  }
  config::FileProblem read_text(std::string_view file, std::span<char> into,
                                std::size_t& size) override {
    const std::string& text = test::certificate_file(std::string(file));
    if (text.size() > into.size()) return config::FileProblem::TooLong;
    size = text.copy(into.data(), text.size());
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

class FindingsAsText final : public config::Findings {
 public:
  std::string text;

 private:
  void found(const config::Finding& finding) override {
    text += std::string(finding.pointer) + ": " + std::string(finding.problem) + "; " +
            std::string(finding.remedy) + "\n";
  }
};

/// The largest file needs megabytes to be parsed; a run per file would spend its time on clearing
/// them.
std::vector<std::byte>& scratch_memory() {
  static thread_local std::vector<std::byte> memory(config::load_scratch_bytes_max);
  return memory;
}

}  // namespace

void GatewayUnderTest::Freed::operator()(std::byte* block) const {
  ::operator delete(block, alignment);
}

GatewayUnderTest::GatewayUnderTest(const std::string& configuration, std::size_t engine_count)
    : config_memory_(configuration_bytes), config_arena_(config_memory_) {
  Secrets secrets;
  FindingsAsText findings;
  Arena scratch(scratch_memory());
  config_ = config::load(configuration, secrets, config_arena_, scratch, findings);
  if (config_ == nullptr) {
    trouble_ = findings.text;
    return;
  }
  const auto size =
      static_cast<std::size_t>(gateway::plan_memory(*config_, engine_count).total_bytes());
  block_.reset(static_cast<std::byte*>(::operator new(size, alignment)));
  std::memset(block_.get(), 0, size);  // as a fresh mapping is
  memory_ = {block_.get(), size};
  arena_ = Arena(memory_);
  std::array<std::byte, 32> entropy{};
  for (std::size_t i = 0; i < entropy.size(); ++i) entropy[i] = static_cast<std::byte>(i);
  test::use_seeded_entropy(1);
  tls::set_time(MonotonicTime{});  // it has run on with whoever was under test before
  shared_ = gateway::create_shared(arena_, *config_, engine_count, entropy);
  for (std::size_t i = 0; i < engine_count; ++i) {
    engines_.push_back(gateway::create(arena_, *config_, *shared_, i, engine_count));
  }
  if (used_bytes() != planned_bytes()) trouble_ = "the plan's total is not what was taken";
}

// A process ends with its gateway; this one goes on, and reads the next configuration's
// certificates with mbedTLS.
GatewayUnderTest::~GatewayUnderTest() { test::use_fresh_library_memory(); }

}  // namespace postern::simulation
