#include "core/gateway/answer_writer.hpp"

#include "core/http/head_writer.hpp"
#include "core/json/writer.hpp"
#include "core/token/dpop/proof.hpp"

namespace postern::gateway {
namespace {

void write_challenge(ByteWriter& out, std::string_view scheme, policy::Challenge challenge,
                     const config::ScopeRule* scopes) {
  out.text("WWW-Authenticate: ");
  out.text(scheme);
  out.text(" realm=\"postern\"");
  switch (challenge) {
    case policy::Challenge::None:
    case policy::Challenge::Plain:
      break;
    case policy::Challenge::InvalidRequest:
      out.text(", error=\"invalid_request\"");
      break;
    case policy::Challenge::InvalidToken:
      out.text(", error=\"invalid_token\"");
      break;
    case policy::Challenge::InvalidProof:
      out.text(", error=\"invalid_dpop_proof\"");
      break;
    case policy::Challenge::UseNonce:
      out.text(", error=\"use_dpop_nonce\"");
      break;
    case policy::Challenge::InsufficientScope:
      out.text(", error=\"insufficient_scope\"");
      // With `none` the values are those that must be absent: nothing to ask for.
      if (scopes == nullptr || scopes->match == config::Match::None) break;
      out.text(", scope=\"");
      for (std::size_t i = 0; i < scopes->values.size(); ++i) {
        if (i != 0) out.character(' ');
        out.text(scopes->values[i]);
      }
      out.character('"');
      break;
  }
}

void write_challenges(ByteWriter& out, policy::Challenge challenge, const AnswerDetails& details) {
  if (challenge == policy::Challenge::None) return;
  if (details.schemes != AnswerDetails::Schemes::Dpop) {
    write_challenge(out, "Bearer", challenge, details.scopes);
    out.text("\r\n");
  }
  if (details.schemes == AnswerDetails::Schemes::Bearer) return;
  write_challenge(out, "DPoP", challenge, details.scopes);
  out.text(", algs=\"");
  out.text(token::dpop::accepted_algorithms());
  out.text("\"\r\n");
}

void write_allow(ByteWriter& out, http::MethodSet methods) {
  out.text("Allow: ");
  bool first = true;
  for (std::size_t i = 0; i < http::method_count; ++i) {
    const auto method = static_cast<http::Method>(i);
    if (!methods.contains(method)) continue;
    if (!first) out.text(", ");
    first = false;
    out.text(http::name(method));
  }
  out.text("\r\n");
}

void write_rate(ByteWriter& out, const policy::RateVerdict& rate) {
  out.text("RateLimit-Limit: ");
  out.number(rate.limit);
  out.text("\r\nRateLimit-Remaining: ");
  out.number(rate.remaining);
  out.text("\r\nRateLimit-Reset: ");
  out.number(rate.reset_s);
  out.text("\r\n");
}

void write_problem(ByteWriter& out, const policy::Answer& answer) {
  out.text(R"({"type":"urn:postern:problem:)");
  out.text(answer.why);
  out.text(R"(","title":)");
  json::write_string(out, answer.title);
  out.text(R"(,"status":)");
  out.number(answer.status);
  if (!answer.detail.empty()) {
    out.text(R"(,"detail":)");
    json::write_html_safe_string(out, answer.detail);
  }
  out.text("}\n");
}

// For a text that a browser might take for HTML, whatever its type says.
void write_entities(ByteWriter& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '<':
        out.text("&lt;");
        break;
      case '>':
        out.text("&gt;");
        break;
      case '&':
        out.text("&amp;");
        break;
      default:
        out.character(c);
    }
  }
}

/// Returns the content type; empty: there is no body.
std::string_view write_body(ByteWriter& out, const policy::Answer& answer) {
  switch (answer.body) {
    case policy::Answer::Body::Problem:
      write_problem(out, answer);
      return "application/problem+json";
    case policy::Answer::Body::Plain:
      if (answer.is_foreign) {
        write_entities(out, answer.detail);
      } else {
        out.text(answer.title);
      }
      out.character('\n');
      return "text/plain; charset=utf-8";
    case policy::Answer::Body::Empty:
      return {};
    case policy::Answer::Body::Verbatim:
      out.text(answer.text);
      return answer.content_type;
  }
  return {};
}

}  // namespace

void write_answer(ByteWriter& out, const policy::Answer& answer, const AnswerDetails& details,
                  bool head_only, bool keep_alive, std::uint8_t minor) {
  // The body first, since the head says how long it is.
  const std::size_t begin = out.size();
  const std::string_view content_type = write_body(out, answer);
  const std::size_t body_bytes = out.size() - begin;
  if (head_only) out.cut(begin);
  const std::size_t head = out.size();
  out.text("HTTP/1.1 ");
  out.number(answer.status);
  out.character(' ');
  const std::string_view reason = http::reason_phrase(answer.status);
  out.text(reason.empty() ? answer.title : reason);
  out.text("\r\n");
  write_challenges(out, answer.challenge, details);
  if (details.nonce) {
    http::write_field(out, nonce_field_name, {details.nonce->data(), details.nonce->size()});
  }
  if (answer.situation == policy::Situation::MethodNotAllowed) write_allow(out, details.allowed);
  if (answer.situation == policy::Situation::RateExceeded) write_rate(out, details.rate);
  if (answer.retry_after) {
    out.text("Retry-After: ");
    out.number(details.retry_after_s);
    out.text("\r\n");
  }
  if (!content_type.empty()) http::write_field(out, "Content-Type", content_type);
  out.text("Cache-Control: no-store\r\n");
  http::write_content_length(out, body_bytes);
  if (!keep_alive) {
    out.text("Connection: close\r\n");
  } else if (minor == 0) {
    out.text("Connection: keep-alive\r\n");
  }
  out.text("\r\n");
  out.swap_parts(begin, head);
}

}  // namespace postern::gateway
