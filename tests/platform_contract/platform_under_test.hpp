#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/platform_contract/contract_engine.hpp"

namespace postern::contract {

/// A client of the platform under test, as its own side sees the connection.
class Client {
 public:
  virtual ~Client() = default;
  virtual void send(std::string_view bytes) = 0;
  /// Ends our direction after what was sent.
  virtual void finish() = 0;
  /// Gone without a word: the far end sees a reset.
  virtual void reset() = 0;

  std::string heard;
  bool ended = false;  ///< The far end sends no more.
  bool lost = false;   ///< Reset by the far end, or turned away.
};

/// What a port brings to be judged: how clients reach it, and how it is made to run.
///
/// It is made from a `Medium`, which holds the records of the persistent store and may be given to
/// a successor. The engine's `open` address leads to something that sends back what it gets; at
/// `deserted` nobody listens.
class PlatformUnderTest {
 public:
  virtual ~PlatformUnderTest() = default;
  /// A new client; it lives as long as the platform.
  virtual Client& connect() = 0;
  /// So many new clients, whom the platform finds together.
  virtual std::vector<Client*> connect_together(std::size_t count) {
    std::vector<Client*> clients;
    while (clients.size() < count) clients.push_back(&connect());
    return clients;
  }
  /// Runs until `done`, or for five seconds of the platform's own time. True when it is done.
  virtual bool until(const std::function<bool()>& done) = 0;
  /// What a SIGTERM does.
  virtual void drain() = 0;
  /// The orderly end of the process. Nothing is called afterwards.
  virtual void shut_down() = 0;
  virtual ContractEngine& engine() = 0;
  virtual std::string log() = 0;
  /// Empty while the platform has nothing to complain about.
  virtual std::string complaint() { return {}; }
};

}  // namespace postern::contract
