#pragma once

#include <memory>
#include <string_view>

#include "platform/linux/mailbox.hpp"

namespace postern::platform {

/// Looks names up on a thread of its own with getaddrinfo(): that honours the hosts file,
/// nsswitch.conf and mDNS like every other program of the machine, needs no library, and cannot
/// hold an event loop up. One name after the other; `queue_max` wait, and beyond that the answer is
/// "nothing" at once.
class Resolver {
 public:
  static constexpr std::size_t queue_max = 128;

  Resolver();
  /// Does not wait for a lookup that runs: it may take minutes. Its answer goes nowhere.
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  /// The answer comes to `asker`, which outlives this object. From any thread; never waits.
  void ask(Mailbox& asker, std::string_view name);

 private:
  struct State;
  static void serve(const std::shared_ptr<State>& state);

  std::shared_ptr<State> state_;
};

}  // namespace postern::platform
