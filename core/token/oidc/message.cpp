#include "core/token/oidc/message.hpp"

#include "core/base/bytes.hpp"
#include "core/json/document.hpp"
#include "core/json/utf8.hpp"
#include "core/json/writer.hpp"
#include "core/token/oauth2/introspection.hpp"
#include "core/token/oidc/userinfo.hpp"

namespace postern::token::oidc {
namespace {

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

// Copies whole characters; what is none becomes a question mark. A control character ends one line
// of text, and is a blank in a whole body.
void write_clean(ByteWriter& out, std::string_view text, bool is_line) {
  while (!text.empty()) {
    const std::size_t size = json::utf8_sequence(text);
    std::string_view piece = size == 0 ? "?" : text.substr(0, size);
    if (is_control(text.front())) {
      if (is_line) return;
      piece = " ";
    }
    if (out.size() + piece.size() > message_bytes_max) return;
    out.text(piece);
    text.remove_prefix(size == 0 ? 1 : size);
  }
}

std::string_view body_message(const config::UserInfo& userinfo, const ProviderAnswer& answer,
                              std::span<char> scratch, Arena& arena) {
  if (!userinfo.message_path) return answer.body;
  const auto document = json::parse(answer.body, arena,
                                    {.text_bytes_max = answer.body.size(),
                                     .depth_max = oauth2::answer_depth_max,
                                     .values_max = oauth2::answer_values_max});
  if (!document) return {};
  const json::Value value = userinfo.message_path->find(*document);
  if (!value.present() || value.is(json::Type::Null)) return {};
  if (value.is(json::Type::String)) return value.text();
  ByteWriter text(scratch);
  json::write_value(text, value);
  return text.ok() ? text.written() : std::string_view{};
}

}  // namespace

std::string_view refusal_message(const config::UserInfo& userinfo, const ProviderAnswer& answer,
                                 std::span<char> into, Arena& arena) {
  std::string_view said;
  switch (userinfo.message_from) {
    case config::MessageFrom::Nowhere:
      break;
    case config::MessageFrom::Header:
      said = answer.message;
      break;
    case config::MessageFrom::Body:
      said = body_message(userinfo, answer, into.subspan(message_bytes_max), arena);
      break;
  }
  ByteWriter out(into);
  const bool is_whole_body =
      userinfo.message_from == config::MessageFrom::Body && !userinfo.message_path;
  write_clean(out, said, !is_whole_body);
  if (out.size() == 0) {
    out.text("Error Response retrieved from UserInfo endpoint. Response Code - ");
    out.number(answer.status);
  }
  return out.written();
}

}  // namespace postern::token::oidc
