#include "core/base/bytes.hpp"
#include "core/http/framing.hpp"
#include "core/http/head.hpp"
#include "core/http/line_check.hpp"
#include "core/http/lists.hpp"
#include "core/http/llhttp_head.hpp"

namespace postern::http {
namespace {

HeadOutcome refuse(HeadRefusal& out, std::string_view why) {
  out = {502, why};
  return HeadOutcome::Refused;
}

// RFC 9112 section 6.3: what follows a head depends on the request's method and the status first.
bool take_framing(ResponseHead& head, Method method) {
  const DeclaredFraming declared = declared_framing(head.fields, head.minor);
  if (declared.status != 0) return false;
  head.content_length = declared.content_length;
  if (method == Method::Head || head.status < 200 || head.status == 204 || head.status == 304) {
    head.framing = BodyFraming::None;
  } else if (declared.chunked) {
    head.framing = BodyFraming::Chunked;
  } else if (declared.content_length) {
    head.framing = BodyFraming::Length;
  } else {
    head.framing = BodyFraming::UntilClose;
  }
  return true;
}

bool has_option(const Fields& fields, std::string_view option) {
  for (const Field& field : fields.all()) {
    if (field.kind == FieldKind::Connection && list_contains(field.value, option)) return true;
  }
  return false;
}

// "HTTP/1.1 200": exactly three digits. llhttp reads a number.
bool has_three_digit_status(std::string_view bytes) {
  constexpr std::size_t at = std::string_view("HTTP/1.1 ").size();
  return bytes.size() > at + 3 && (bytes[at + 3] == ' ' || bytes[at + 3] == '\r');
}

}  // namespace

HeadOutcome parse_response_head(std::string_view bytes, Method method, const HeadLimits& limits,
                                ResponseHead& head, HeadRefusal& refusal) {
  if (!well_formed_lines(bytes)) return refuse(refusal, "line");
  const HeadScan scan = scan_response_head(bytes.substr(0, limits.head_bytes + 1), head.fields);
  if (scan.outcome == HeadOutcome::Refused) return refuse(refusal, "head");
  const std::size_t length = scan.outcome == HeadOutcome::Complete ? scan.head_bytes : bytes.size();
  if (length > limits.head_bytes) return refuse(refusal, "head-length");
  if (scan.outcome == HeadOutcome::NeedMore) return HeadOutcome::NeedMore;
  if (scan.version.size() != 3 || scan.version[0] != '1') return refuse(refusal, "version");
  if (!has_three_digit_status(bytes) || scan.status < 100 || scan.status > 599) {
    return refuse(refusal, "status");
  }
  head.status = static_cast<std::uint16_t>(scan.status);
  head.reason = scan.reason;
  head.minor = scan.version[2] == '0' ? 0 : 1;
  head.head_bytes = scan.head_bytes;
  for (Field& field : head.fields.all()) {
    if (!is_token(field.name)) return refuse(refusal, "field-name");
    field.value = without_blanks(field.value);
  }
  if (!take_framing(head, method)) return refuse(refusal, "framing");
  head.keep_alive = head.framing != BodyFraming::UntilClose && !has_option(head.fields, "close") &&
                    (head.minor != 0 || has_option(head.fields, "keep-alive"));
  const Field* upgrade = head.fields.only(FieldKind::Upgrade);
  head.upgrade_websocket = has_option(head.fields, "upgrade") && upgrade != nullptr &&
                           equal_ignoring_case(upgrade->value, "websocket");
  return HeadOutcome::Complete;
}

}  // namespace postern::http
