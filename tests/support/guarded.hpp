#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <new>
#include <string_view>

namespace postern::test {

/// A copy of a text that ends where memory ends: reading one byte further is a fault, in every
/// build.
class Guarded {
 public:
  explicit Guarded(std::string_view text) {
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    const std::size_t pages = (text.size() + page - 1) / page;
    size_ = (pages + 1) * page;
    memory_ = ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory_ == MAP_FAILED) throw std::bad_alloc();
    char* end = static_cast<char*>(memory_) + pages * page;
    ::mprotect(end, page, PROT_NONE);
    if (!text.empty()) std::memcpy(end - text.size(), text.data(), text.size());
    view_ = {end - text.size(), text.size()};
  }
  ~Guarded() { ::munmap(memory_, size_); }
  Guarded(const Guarded&) = delete;
  Guarded& operator=(const Guarded&) = delete;

  [[nodiscard]] std::string_view view() const { return view_; }

 private:
  void* memory_;
  std::size_t size_;
  std::string_view view_;
};

}  // namespace postern::test
