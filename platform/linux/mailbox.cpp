#include "platform/linux/mailbox.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>

#include "core/base/assert.hpp"

namespace postern::platform {

void NameAnswer::set_name(std::string_view name) {
  POSTERN_ASSERT(name.size() <= name_bytes_max);
  std::copy(name.begin(), name.end(), name_bytes.begin());
  name_size = name.size();
}

Mailbox::Mailbox() : wake_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}

void Mailbox::wake() {
  const std::uint64_t one = 1;
  // Fails only when the counter is full, and then the loop is awake anyway.
  (void)!write(wake_.number(), &one, sizeof one);
}

void Mailbox::woken() {
  std::uint64_t count = 0;
  (void)!read(wake_.number(), &count, sizeof count);
}

void Mailbox::notify() {
  // One wake-up for any number of notices that were not looked at yet.
  if (!notified_.exchange(true)) wake();
}

void Mailbox::drain() {
  draining_.store(true);
  wake();
}

void Mailbox::deliver(const NameAnswer& answer) {
  {
    const std::lock_guard guard(mutex_);
    arrived_.push_back(answer);
  }
  wake();
}

const std::vector<NameAnswer>& Mailbox::take_answers() {
  taken_.clear();
  const std::lock_guard guard(mutex_);
  std::swap(arrived_, taken_);
  return taken_;
}

}  // namespace postern::platform
