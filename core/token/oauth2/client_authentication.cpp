#include "core/token/oauth2/client_authentication.hpp"

#include <cstdint>

namespace postern::token::oauth2 {

namespace {

/// Base64 (RFC 4648 section 4) of bytes that come one by one: nothing secret is kept beside the
/// output.
class Base64Writer {
 public:
  explicit Base64Writer(ByteWriter& out) : out_(out) {}

  void byte(char c) {
    bits_ = (bits_ << 8) | static_cast<unsigned char>(c);
    if (++byte_count_ == 3) write_group(4);
  }
  void finish() {
    if (byte_count_ == 0) return;
    const int digit_count = byte_count_ + 1;
    bits_ <<= 8 * (3 - byte_count_);
    write_group(digit_count);
    for (int i = digit_count; i < 4; ++i) out_.character('=');
  }

 private:
  void write_group(int digit_count) {
    constexpr char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (int i = 0; i < digit_count; ++i) out_.character(alphabet[(bits_ >> (18 - 6 * i)) & 63]);
    bits_ = 0;
    byte_count_ = 0;
  }

  ByteWriter& out_;
  std::uint32_t bits_ = 0;
  int byte_count_ = 0;
};

bool stands_for_itself(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~' || c == '*';
}

/// Form-encodes byte by byte into `sink`.
template <class Sink>
void form_encode(std::string_view text, const Sink& sink) {
  constexpr char hex[] = "0123456789ABCDEF";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (stands_for_itself(c)) {
      sink(c);
    } else if (c == ' ') {
      sink('+');
    } else {
      sink('%');
      sink(hex[code >> 4]);
      sink(hex[code & 15]);
    }
  }
}

}  // namespace

void write_form_encoded(ByteWriter& out, std::string_view text) {
  form_encode(text, [&out](char c) { out.character(c); });
}

void write_basic_authorization(ByteWriter& out, std::string_view client_id,
                               std::string_view client_secret) {
  out.text("Basic ");
  Base64Writer base64(out);
  const auto sink = [&base64](char c) { base64.byte(c); };
  form_encode(client_id, sink);
  base64.byte(':');
  form_encode(client_secret, sink);
  base64.finish();
}

}  // namespace postern::token::oauth2
