// What is refused on top of llhttp's strict mode, and why, stands beside each check.
#include "core/base/bytes.hpp"
#include "core/http/authority.hpp"
#include "core/http/framing.hpp"
#include "core/http/head.hpp"
#include "core/http/line_check.hpp"
#include "core/http/lists.hpp"
#include "core/http/llhttp_head.hpp"

namespace postern::http {
namespace {

// RFC 9112 section 2.2: a server should ignore at least one empty line before the request line.
constexpr int empty_lines_max = 2;

std::size_t skip_empty_lines(std::string_view bytes) {
  std::size_t skipped = 0;
  for (int i = 0; i < empty_lines_max && bytes.substr(skipped).starts_with("\r\n"); ++i)
    skipped += 2;
  return skipped;
}

// `HTTP/1.1`: anything else is not even HTTP (RFC 9112 section 2.3; the name is case-sensitive).
bool is_version(std::string_view text) {
  constexpr std::string_view name = "HTTP/";
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return text.size() == name.size() + 3 && text.starts_with(name) && is_digit(text[5]) &&
         text[6] == '.' && is_digit(text[7]);
}

// Three words and nothing else, judged before llhttp sees them and only when the line is whole: so
// the verdict does not depend on how the bytes arrive. Status 0: well.
HeadRefusal judge_request_line(std::string_view line) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return {400, "line"};
  const std::string_view method(line.data(), first);
  const std::string_view target(line.data() + first + 1, last - first - 1);
  const std::string_view version(line.data() + last + 1, line.size() - last - 1);
  if (!is_token(method) || target.empty() || target.find(' ') != std::string_view::npos ||
      !is_version(version)) {
    return {400, "line"};
  }
  if (version[5] != '1') return {505, "version"};
  if (!method_from_name(method)) return {501, "method"};
  return {0, {}};
}

bool is_target(std::string_view target) {
  if (target.empty()) return false;
  for (const char c : target) {
    const auto byte = static_cast<unsigned char>(c);
    // A fragment is never sent (RFC 9110 section 4.2.5); bytes beyond ASCII have no agreed meaning
    // here.
    if (byte <= 0x20 || byte >= 0x7F || byte == '#') return false;
  }
  return true;
}

struct ConnectionOptions {
  bool close = false;
  bool keep_alive = false;
  bool upgrade = false;
};

ConnectionOptions connection_options(const Fields& fields) {
  ConnectionOptions options;
  for (const Field& field : fields.all()) {
    if (field.kind != FieldKind::Connection) continue;
    options.close = options.close || list_contains(field.value, "close");
    options.keep_alive = options.keep_alive || list_contains(field.value, "keep-alive");
    options.upgrade = options.upgrade || list_contains(field.value, "upgrade");
  }
  return options;
}

bool wants_websocket(const Fields& fields) {
  const Field* upgrade = fields.only(FieldKind::Upgrade);
  // A list with a second protocol is not passed on: which one the upstream would choose is not ours
  // to guess.
  return upgrade != nullptr && equal_ignoring_case(upgrade->value, "websocket");
}

// Names must be tokens (llhttp lets a few bytes more pass); white space at a value's end is not
// part of it.
bool tidy(std::span<Field> fields) {
  for (Field& field : fields) {
    if (!is_token(field.name)) return false;
    field.value = without_blanks(field.value);
  }
  return true;
}

// The authority of `http://host/path`; empty for `/path`.
std::string_view authority_of(std::string_view target) {
  const std::size_t colon = target.find("://");
  if (target.starts_with('/') || colon == std::string_view::npos) return {};
  target.remove_prefix(colon + 3);
  return {target.data(), std::min(target.find_first_of("/?"), target.size())};
}

// Exactly one Host in HTTP/1.1 (RFC 9112 section 3.2), at most one in 1.0. The authority of an
// absolute target outranks it (section 3.2.2).
bool take_host(RequestHead& head) {
  const std::size_t count = head.fields.count(FieldKind::Host);
  if (count > 1 || (count == 0 && head.minor != 0)) return false;
  if (count != 0) {
    head.host = head.fields.first(FieldKind::Host)->value;
    if (!is_authority(head.host)) return false;
  }
  const std::string_view authority = authority_of(head.target);
  if (authority.empty()) return true;
  head.host = authority;
  return is_authority(authority);
}

// RFC 9110 section 10.1.1. An HTTP/1.0 client's expectation is ignored, as said there.
bool take_expectation(RequestHead& head) {
  for (const Field& field : head.fields.all()) {
    if (field.kind != FieldKind::Expect || head.minor == 0) continue;
    if (!equal_ignoring_case(field.value, "100-continue")) return false;
    head.expect_continue = true;
  }
  return true;
}

std::uint16_t take_framing(RequestHead& head) {
  const DeclaredFraming declared = declared_framing(head.fields, head.minor);
  if (declared.status != 0) return declared.status;
  head.framing = declared.chunked                      ? BodyFraming::Chunked
                 : declared.content_length.has_value() ? BodyFraming::Length
                                                       : BodyFraming::None;
  head.content_length = declared.content_length.value_or(0);
  return 0;
}

HeadRefusal understand(const HeadScan& scan, RequestHead& head) {
  const auto method = method_from_name(scan.method);
  if (!method) return {501, "method"};
  head.method = *method;
  head.target = scan.target;
  if (!is_target(head.target)) return {400, "target"};
  head.minor = scan.version[2] == '0' ? 0 : 1;
  if (!tidy(head.fields.all())) return {400, "field-name"};
  head.host = {};
  if (!take_host(head)) return {400, "host"};
  if (const std::uint16_t status = take_framing(head); status != 0) return {status, "framing"};
  head.expect_continue = false;
  if (!take_expectation(head)) return {417, "expectation"};
  const ConnectionOptions options = connection_options(head.fields);
  head.keep_alive = !options.close && (head.minor != 0 || options.keep_alive);
  head.upgrade_websocket = options.upgrade && head.minor != 0 && head.method == Method::Get &&
                           head.framing == BodyFraming::None && wants_websocket(head.fields);
  return {0, {}};
}

HeadOutcome refuse(HeadRefusal& out, HeadRefusal why) {
  out = why;
  return HeadOutcome::Refused;
}

}  // namespace

HeadOutcome parse_request_head(std::string_view bytes, const HeadLimits& limits, RequestHead& head,
                               HeadRefusal& refusal) {
  const std::size_t skipped = skip_empty_lines(bytes);
  bytes.remove_prefix(skipped);
  if (bytes.starts_with("\r\n") || !well_formed_lines(bytes)) {
    return refuse(refusal, {400, "line"});
  }
  const std::size_t line_bytes = bytes.find('\r');
  if (line_bytes == std::string_view::npos) {
    return bytes.size() > limits.head_bytes ? refuse(refusal, {414, "target-length"})
                                            : HeadOutcome::NeedMore;
  }
  if (line_bytes == 0 && bytes.size() == 1) return HeadOutcome::NeedMore;  // half an empty line
  if (line_bytes > limits.head_bytes) return refuse(refusal, {414, "target-length"});
  const HeadRefusal line = judge_request_line({bytes.data(), line_bytes});
  if (line.status != 0) return refuse(refusal, line);
  const HeadScan scan = scan_request_head(bytes.substr(0, limits.head_bytes + 1), head.fields);
  if (scan.target.size() > limits.target_bytes) return refuse(refusal, {414, "target-length"});
  if (scan.too_many_fields) return refuse(refusal, {431, "fields"});
  if (scan.outcome == HeadOutcome::Refused) return refuse(refusal, {400, "head"});
  const std::size_t length = scan.outcome == HeadOutcome::Complete ? scan.head_bytes : bytes.size();
  if (length > limits.head_bytes) return refuse(refusal, {431, "head-length"});
  if (scan.outcome == HeadOutcome::NeedMore) return HeadOutcome::NeedMore;
  head.head_bytes = skipped + scan.head_bytes;
  const HeadRefusal why = understand(scan, head);
  return why.status == 0 ? HeadOutcome::Complete : refuse(refusal, why);
}

}  // namespace postern::http
