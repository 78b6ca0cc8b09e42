#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <mutex>
#include <string_view>
#include <vector>

#include "core/platform.hpp"
#include "platform/linux/descriptor.hpp"

namespace postern::platform {

/// What a name was found to stand for. No addresses: nothing.
struct NameAnswer {
  static constexpr std::size_t name_bytes_max = 255;
  static constexpr std::size_t addresses_max = 16;

  std::array<char, name_bytes_max> name_bytes{};
  std::size_t name_size = 0;
  std::array<Address, addresses_max> addresses{};
  std::size_t address_count = 0;

  [[nodiscard]] std::string_view name() const { return {name_bytes.data(), name_size}; }
  /// REQUIRES: name.size() <= name_bytes_max.
  void set_name(std::string_view name);
};

/// How other threads reach an event loop: they leave word here and wake it up.
class Mailbox {
 public:
  Mailbox();

  // From any thread.
  void notify();  ///< Another engine's WakeOthers.
  void drain();   ///< Take no more clients, finish.
  void deliver(const NameAnswer& answer);

  // From the loop's own thread.
  [[nodiscard]] int descriptor() const { return wake_.number(); }
  /// After descriptor() became readable, before anything below is looked at.
  void woken();
  [[nodiscard]] bool take_notice() { return notified_.exchange(false); }
  [[nodiscard]] bool draining() const { return draining_.load(); }
  /// Answers since the last call; valid until the next.
  [[nodiscard]] const std::vector<NameAnswer>& take_answers();

 private:
  void wake();

  Descriptor wake_;
  std::atomic<bool> notified_ = false;
  std::atomic<bool> draining_ = false;
  std::mutex mutex_;
  std::vector<NameAnswer> arrived_;  ///< Guarded by mutex_.
  std::vector<NameAnswer> taken_;
};

}  // namespace postern::platform
