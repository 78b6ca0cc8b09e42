#include "core/gateway/log_ring.hpp"

#include <algorithm>
#include <cstring>

#include "core/base/assert.hpp"
#include "core/base/bytes.hpp"

namespace postern::gateway {

bool LogRing::add(std::string_view line) {
  if (line.size() > memory_.size()) return false;
  while (memory_.size() - size_ < line.size()) {
    if (when_full_ == WhenFull::LoseNew) return false;
    drop_oldest_line();
  }
  const std::size_t at = (begin_ + size_) % memory_.size();
  const std::size_t first = std::min(line.size(), memory_.size() - at);
  std::memcpy(memory_.data() + at, line.data(), first);
  std::memcpy(memory_.data(), line.data() + first, line.size() - first);
  size_ += line.size();
  return true;
}

SendWindow LogRing::window() const {
  SendWindow window{};
  const std::size_t first = std::min(size_, memory_.size() - begin_);
  window[0] = as_bytes({memory_.data() + begin_, first});
  window[1] = as_bytes({memory_.data(), size_ - first});
  return window;
}

void LogRing::consume(std::size_t byte_count) {
  POSTERN_ASSERT(byte_count <= size_);
  begin_ = (begin_ + byte_count) % memory_.size();
  size_ -= byte_count;
  if (size_ == 0) begin_ = 0;  // stay in the pages that are warm
}

void LogRing::drop_oldest_line() {
  std::size_t length = 0;
  while (length < size_ && memory_[(begin_ + length) % memory_.size()] != '\n') ++length;
  consume(std::min(length + 1, size_));
}

}  // namespace postern::gateway
