#include "core/http/framing.hpp"

#include "core/base/bytes.hpp"

namespace postern::http {

std::optional<std::uint64_t> decimal(std::string_view text) {
  constexpr std::uint64_t max = INT64_MAX;
  if (text.empty()) return {};
  std::uint64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return {};
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (value > (max - digit) / 10) return {};
    value = value * 10 + digit;
  }
  return value;
}

DeclaredFraming declared_framing(const Fields& fields, std::uint8_t minor) {
  DeclaredFraming framing;
  const Field* length = nullptr;
  const Field* coding = nullptr;
  for (const Field& field : fields.all()) {
    if (field.kind == FieldKind::ContentLength) {
      if (length != nullptr) return {400, false, {}};
      length = &field;
    } else if (field.kind == FieldKind::TransferEncoding) {
      if (coding != nullptr) return {400, false, {}};
      coding = &field;
    }
  }
  if (coding != nullptr) {
    if (length != nullptr || minor == 0) return {400, false, {}};
    if (!equal_ignoring_case(coding->value, "chunked")) return {501, false, {}};
    framing.chunked = true;
  } else if (length != nullptr) {
    framing.content_length = decimal(length->value);
    if (!framing.content_length) return {400, false, {}};
  }
  return framing;
}

}  // namespace postern::http
