#include "platform/sim/pipe.hpp"

#include "core/base/assert.hpp"

namespace postern::platform::sim {

void Pipe::push(std::string_view bytes) {
  POSTERN_ASSERT(!finished_);
  POSTERN_ASSERT(bytes.size() <= room());
  bytes_.append(bytes);
  pushed_ += bytes.size();
}

void Pipe::consume(std::size_t count) {
  POSTERN_ASSERT(count <= arrived_);
  begin_ += count;
  arrived_ -= count;
  if (begin_ < bytes_.size() / 2) return;
  bytes_.erase(0, begin_);
  begin_ = 0;
}

}  // namespace postern::platform::sim
