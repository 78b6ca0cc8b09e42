#include "core/base/memory_plan.hpp"

namespace postern {

namespace {

constexpr std::size_t what_width = 32;
constexpr std::size_t number_width = 14;

void spaces(ByteWriter& out, std::size_t width, std::size_t used) {
  for (std::size_t i = used; i < width; ++i) out.character(' ');
}

void left(ByteWriter& out, std::string_view text, std::size_t width) {
  out.text(text);
  spaces(out, width, text.size());
}

void right(ByteWriter& out, std::string_view text, std::size_t width) {
  spaces(out, width, text.size());
  out.text(text);
}

void right(ByteWriter& out, std::uint64_t value, std::size_t width) {
  char digits[20];
  ByteWriter number(digits);
  number.number(value);
  right(out, number.written(), width);
}

}  // namespace

void write_row(ByteWriter& out, const MemoryPlan& plan, const MemoryRow& row) {
  left(out, row.what, what_width);
  right(out, row.count, number_width);
  right(out, row.bytes_each, number_width);
  if (row.scope == MemoryScope::PerWorker) {
    right(out, plan.worker_count(), number_width);
  } else {
    right(out, "shared", number_width);
  }
  right(out, plan.bytes_of(row), number_width);
  out.character('\n');
}

void write_table(ByteWriter& out, const MemoryPlan& plan) {
  left(out, "what", what_width);
  right(out, "count", number_width);
  right(out, "bytes each", number_width);
  right(out, "workers", number_width);
  right(out, "bytes", number_width);
  out.character('\n');
  for (const MemoryRow& row : plan.rows()) write_row(out, plan, row);
  left(out, "total", what_width + 3 * number_width);
  right(out, plan.total_bytes(), number_width);
  out.character('\n');
}

}  // namespace postern
