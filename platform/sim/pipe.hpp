#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace postern::platform::sim {

/// One direction of a simulated TCP connection: bytes the sender's kernel took, in order. The first
/// `readable()` of them have arrived; the others are on their way. What arrives never overtakes.
class Pipe {
 public:
  /// `capacity`: how many bytes the two kernels hold between them.
  explicit Pipe(std::size_t capacity) : capacity_(capacity) {}

  [[nodiscard]] std::size_t room() const { return held() >= capacity_ ? 0 : capacity_ - held(); }

  /// REQUIRES: bytes.size() <= room(), and finish() was not called.
  void push(std::string_view bytes);
  /// `count` more bytes have arrived.
  void arrive(std::size_t count) { arrived_ += count; }
  [[nodiscard]] std::string_view readable() const {
    return std::string_view(bytes_).substr(begin_, arrived_);
  }
  void consume(std::size_t count);

  /// The sender will push no more.
  void finish() { finished_ = true; }
  [[nodiscard]] bool finished() const { return finished_; }
  void arrive_end() { end_arrived_ = true; }
  /// The end of the stream is what a reader meets next.
  [[nodiscard]] bool at_end() const { return end_arrived_ && held() == 0; }

  /// Bytes pushed since the start.
  [[nodiscard]] std::uint64_t pushed() const { return pushed_; }

 private:
  [[nodiscard]] std::size_t held() const { return bytes_.size() - begin_; }

  std::string bytes_;
  std::size_t begin_ = 0;
  std::size_t arrived_ = 0;
  std::size_t capacity_;
  std::uint64_t pushed_ = 0;
  bool finished_ = false;
  bool end_arrived_ = false;
};

}  // namespace postern::platform::sim
