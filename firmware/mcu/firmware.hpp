#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "core/base/arena.hpp"
#include "core/config/config.hpp"
#include "core/gateway/gateway.hpp"
#include "firmware/mcu/bundle.hpp"
#include "firmware/mcu/network_settings.hpp"
#include "firmware/mcu/record_store.hpp"
#include "firmware/mcu/serial_line.hpp"
#include "platform/lwip/event_loop.hpp"
#include "platform/lwip/network.hpp"

namespace postern::firmware {

/// The gateway on a board: from the configuration in flash to the loop's turns. Whoever runs the
/// loop, bare or as a task, makes one of it.
class Firmware {
 public:
  /// Reads the configuration, makes the engine in the memory that the image leaves, and starts the
  /// network. What is wrong goes to the UART; false then: nothing will come of it until somebody
  /// writes another configuration. REQUIRES: board::start() before; once.
  [[nodiscard]] bool start();

  /// One turn of the loop. Zero: there is more to do at once. Else the board may sleep until a
  /// frame comes or a tick is over.
  Duration turn();

 private:
  [[nodiscard]] bool find_bundle();
  [[nodiscard]] bool read_network_settings();
  [[nodiscard]] bool load_configuration();
  [[nodiscard]] bool fits_the_board();
  [[nodiscard]] bool fits_the_memory(const MemoryPlan& plan);
  [[nodiscard]] bool make_engine();
  [[nodiscard]] bool start_network();
  [[nodiscard]] bool listen();
  void say_once_reachable();
  void answer_questions();
  void write_status(ByteWriter& out) const;
  [[nodiscard]] MemoryPlan plan_memory() const;

  std::optional<Bundle> bundle_;
  const config::Config* config_ = nullptr;
  std::size_t configuration_bytes_ = 0;
  NetworkSettings network_settings_;
  TimeServerSettings time_server_;
  Engine* engine_ = nullptr;
  std::optional<platform::lwip::Network> network_;
  std::optional<platform::lwip::EventLoop> loop_;
  std::uint64_t planned_bytes_ = 0;
};

}  // namespace postern::firmware
