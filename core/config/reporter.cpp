#include "core/config/reporter.hpp"

#include <algorithm>

#include "core/json/writer.hpp"

namespace postern::config {
namespace {

constexpr std::string_view cut_mark = "...";

}  // namespace

Shown::Shown(const json::Value& value) {
  ByteWriter out(bytes_);
  switch (value.type()) {
    case json::Type::Absent:
      out.text("nothing");
      break;
    case json::Type::Array:
      out.text("a list");
      break;
    case json::Type::Object:
      out.text("an object");
      break;
    default:
      json::write_value(out, value);
  }
  take(out);
}

Shown::Shown(std::int64_t number, std::uint8_t decimals) {
  std::int64_t unit = 1;
  for (int i = 0; i < decimals; ++i) unit *= 10;
  ByteWriter out(bytes_);
  out.signed_number(number / unit);
  std::int64_t rest = number < 0 ? -(number % unit) : number % unit;
  if (rest != 0) out.character('.');
  while (rest != 0) {
    unit /= 10;
    out.number(static_cast<std::uint64_t>(rest / unit));
    rest %= unit;
  }
  take(out);
}

void Shown::take(const ByteWriter& out) {
  size_ = out.size();
  if (out.ok()) return;
  // Not within a character of several bytes.
  size_ = std::min(size_, bytes_.size() - cut_mark.size());
  while (size_ != 0 && (static_cast<unsigned char>(bytes_[size_]) & 0xC0) == 0x80) --size_;
  std::copy(cut_mark.begin(), cut_mark.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(size_));
  size_ += cut_mark.size();
}

void Reporter::add(const Spot& where, Pieces problem, Pieces remedy) {
  ByteWriter pointer(pointer_);
  where.write_pointer(pointer);
  findings_.add({.pointer = pointer.written(),
                 .problem = join(ByteWriter(problem_), problem),
                 .remedy = join(ByteWriter(remedy_), remedy)});
}

std::string_view Reporter::join(ByteWriter out, Pieces pieces) {
  for (const std::string_view piece : pieces) {
    for (const char c : piece) {
      // Parts of it are the operator's text: a control byte must not reach a terminal.
      out.character(static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? '?' : c);
    }
  }
  return out.written();
}

}  // namespace postern::config
