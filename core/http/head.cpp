#include "core/http/head.hpp"

#include "core/base/bytes.hpp"
#include "core/http/lists.hpp"

namespace postern::http {

void Fields::clear() {
  count_ = 0;
  has_connection_ = false;
}

bool Fields::add(const Field& field) {
  if (count_ == fields_.size()) return false;
  fields_[count_++] = field;
  has_connection_ = has_connection_ || field.kind == FieldKind::Connection;
  return true;
}

std::size_t Fields::count(FieldKind kind) const {
  std::size_t count = 0;
  for (const Field& field : all()) count += field.kind == kind ? 1 : 0;
  return count;
}

const Field* Fields::first(FieldKind kind) const {
  for (const Field& field : all()) {
    if (field.kind == kind) return &field;
  }
  return nullptr;
}

const Field* Fields::only(FieldKind kind) const { return count(kind) == 1 ? first(kind) : nullptr; }

bool Fields::nominated(std::string_view name) const {
  if (!has_connection_) return false;
  for (const Field& field : all()) {
    if (field.kind == FieldKind::Connection && list_contains(field.value, name)) return true;
  }
  return false;
}

bool may_decide_head(std::string_view fresh) {
  for (const char c : fresh) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte >= 0x7F) return true;
  }
  return false;
}

}  // namespace postern::http
