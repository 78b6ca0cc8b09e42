#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/arena.hpp"
#include "core/config/config.hpp"
#include "core/gateway/gateway.hpp"
#include "core/platform.hpp"

namespace postern::simulation {

/// What the configuration's secret file holds, and the field a provider therefore expects.
inline constexpr const char* client_secret = "s3cret";
/// What the file "hmac" holds: the secret of HS256 tokens.
inline constexpr std::string_view hmac_secret = "0123456789abcdef0123456789abcdef";
inline constexpr const char* client_authorization = "Basic Z2F0ZXdheTpzM2NyZXQ=";

/// The gateway as a process has it: a configuration, one block of memory of exactly the planned
/// size, engines. One at a time: mbedTLS's memory is the process's, and a part of the block.
class GatewayUnderTest {
 public:
  GatewayUnderTest(const std::string& configuration, std::size_t engine_count);
  /// REQUIRES: nobody will use again what mbedTLS has given out of the gateway's memory.
  ~GatewayUnderTest();
  GatewayUnderTest(const GatewayUnderTest&) = delete;
  GatewayUnderTest& operator=(const GatewayUnderTest&) = delete;

  /// Why the configuration was refused, or memory did not suffice; empty when all is well.
  [[nodiscard]] const std::string& trouble() const { return trouble_; }
  [[nodiscard]] std::size_t engine_count() const { return engines_.size(); }
  Engine& engine(std::size_t index) { return *engines_[index]; }
  [[nodiscard]] const config::Config& config() const { return *config_; }
  [[nodiscard]] gateway::Shared& shared() { return *shared_; }
  [[nodiscard]] std::size_t planned_bytes() const { return memory_.size(); }
  [[nodiscard]] std::size_t used_bytes() const { return arena_.used(); }

 private:
  struct Freed {
    void operator()(std::byte* block) const;
  };

  std::string trouble_;
  std::vector<std::byte> config_memory_;
  Arena config_arena_;
  const config::Config* config_ = nullptr;
  std::unique_ptr<std::byte, Freed> block_;
  std::span<std::byte> memory_;
  Arena arena_{{}};
  gateway::Shared* shared_ = nullptr;
  std::vector<Engine*> engines_;
};

}  // namespace postern::simulation
