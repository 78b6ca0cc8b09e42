#include "core/token/dpop/nonces.hpp"

#include <span>

#include "core/base/bytes.hpp"
#include "core/base/secret.hpp"

namespace postern::token::dpop {
namespace {

std::int64_t slot_at(MonotonicTime now, Duration life) { return now.us / (life.us / 2); }

}  // namespace

// Endpoints with different lives have different nonces, so one of them never extends another's.
Nonces::Text Nonces::text_of(std::int64_t slot, Duration life) const {
  const std::array<std::int64_t, 2> meant{slot, life.us};
  const crypto::Tag tag = crypto::sip_hash(key_, std::as_bytes(std::span(meant)));
  Text text;
  ByteWriter out(text);
  write_base64url(out, std::as_bytes(std::span(&tag, 1)));
  return text;
}

Nonces::Text Nonces::current(MonotonicTime now, Duration life) const {
  return text_of(slot_at(now, life), life);
}

Nonces::Age Nonces::age(std::string_view nonce, MonotonicTime now, Duration life) const {
  const auto is_of = [&](std::int64_t slot) {
    const Text text = text_of(slot, life);
    return constant_time_equal(as_bytes(nonce), std::as_bytes(std::span(text)));
  };
  const std::int64_t slot = slot_at(now, life);
  if (is_of(slot)) return Age::Current;
  return is_of(slot - 1) ? Age::Previous : Age::Unknown;
}

}  // namespace postern::token::dpop
