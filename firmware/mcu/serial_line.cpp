#include "firmware/mcu/serial_line.hpp"

#include "core/base/assert.hpp"
#include "core/base/bytes.hpp"

namespace postern::firmware {

std::size_t SerialLine::log(std::span<const std::byte> bytes) {
  std::string_view text = as_text(bytes);
  if (answering()) {
    if (!mid_line_) return 0;
    if (const std::size_t end = text.find('\n'); end != std::string_view::npos)
      text = text.substr(0, end + 1);
  }
  if (text.empty()) return 0;
  const std::size_t count = write_(as_bytes(text));
  if (count > 0) mid_line_ = text[count - 1] != '\n';
  return count;
}

bool SerialLine::came_in(std::span<const std::byte> bytes) {
  if (answering()) return false;
  for (const char c : as_text(bytes)) {
    if (c != '\n' && c != '\r') {
      if (question_bytes_ < question_.size()) question_[question_bytes_] = c;
      question_bytes_ += question_bytes_ <= question_.size() ? 1 : 0;
      continue;
    }
    const std::size_t length = question_bytes_;
    question_bytes_ = 0;
    if (length <= question_.size() && std::string_view(question_.data(), length) == "counters") {
      return true;  // what came with it is lost, as the header says
    }
  }
  return false;
}

void SerialLine::answer(std::size_t bytes) {
  POSTERN_ASSERT(!answering());
  POSTERN_ASSERT(bytes < memory_.size());
  memory_[bytes] = '\n';
  answer_bytes_ = bytes + 1;
  sent_ = 0;
}

void SerialLine::turn() {
  if (!answering() || mid_line_) return;
  sent_ += write_(as_bytes({memory_.data() + sent_, answer_bytes_ - sent_}));
}

}  // namespace postern::firmware
