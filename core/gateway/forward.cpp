// From a decision to bytes for the upstream: which connection, which fields, and what may be tried
// again.
#include "core/gateway/client_address.hpp"
#include "core/gateway/client_origin.hpp"
#include "core/gateway/engine.hpp"
#include "core/http/field_rules.hpp"
#include "core/http/head_writer.hpp"
#include "core/http/ip_address.hpp"
#include "core/token/credential.hpp"

namespace postern::gateway {
namespace {

// RFC 9110 section 9.2.2.
bool is_idempotent(http::Method method) {
  switch (method) {
    case http::Method::Get:
    case http::Method::Head:
    case http::Method::Put:
    case http::Method::Delete:
    case http::Method::Options:
      return true;
    case http::Method::Post:
    case http::Method::Patch:
      return false;
  }
  return false;
}

}  // namespace

Stage Gateway::forward(Exchange& x) {
  const config::Upstream& upstream = config_.upstreams[x.endpoint->upstream];
  UpstreamTurn& turn = upstream_turns_[x.endpoint->upstream];
  const auto target = static_cast<std::uint16_t>(turn.first_target + turn.next);
  turn.next = static_cast<std::uint16_t>((turn.next + 1U) % upstream.servers.size());
  std::uint16_t connection = targets_.take_idle(target);
  counters_.add(connection != no_slot ? Counter::UpstreamReuses : Counter::UpstreamConnects);
  if (connection == no_slot) connection = targets_.open(target, clock_.now);
  if (connection == no_slot) {
    counters_.add(Counter::UpstreamsExhausted);
    return respond(x, policy::Situation::Overloaded, "upstream-connections");
  }
  Buffer* out = connections_.borrow_output(connection);
  if (out == nullptr) {
    counters_.add(Counter::BuffersExhausted);
    discard(connection);
    return respond(x, policy::Situation::Overloaded, "buffers");
  }
  ByteWriter writer(buffers_.tail(*out, buffers_.capacity()));
  const bool usable = write_upstream_head(x, targets_[target], writer);
  if (!usable || !writer.ok()) {
    discard(connection);
    return usable ? respond(x, policy::Situation::HeadTooLarge, "upstream-head-length")
                  : respond(x, policy::Situation::ClaimUnusable, {});
  }
  out->produce(writer.size());
  take_head(x);
  connections_[connection].user = connections_[x.client].user;
  connections_[connection].sent_some = false;
  x.upstream = connection;
  x.attempts = 1;
  x.asked_upstream = clock_.now;
  x.replayable = true;
  x.upgrade = request_.head.upgrade_websocket;
  x.request_chunked = request_.head.framing == http::BodyFraming::Chunked;
  x.request_body.begin(request_.head.framing, request_.head.content_length);
  return Stage::Relay;
}

// --- The head ------------------------------------------------------------------------------------

// False: a claim that a header needs cannot be one.
bool Gateway::write_upstream_head(const Exchange& x, const Target& target, ByteWriter& out) const {
  const http::RequestHead& head = request_.head;
  out.text(http::name(head.method));
  out.character(' ');
  write_upstream_target(x, out);
  out.text(" HTTP/1.1\r\n");
  // What the client asked for; HTTP/1.0 may leave it open.
  http::write_field(out, "Host", head.host.empty() ? target.url->authority : head.host);
  for (const http::Field& field : head.fields.all()) write_request_field(x, field, out);
  if (head.framing == http::BodyFraming::Chunked) {
    out.text("Transfer-Encoding: chunked\r\n");
  } else if (head.framing == http::BodyFraming::Length) {
    http::write_content_length(out, head.content_length);
  }
  if (head.upgrade_websocket) out.text("Connection: Upgrade\r\nUpgrade: websocket\r\n");
  write_forwarded(x, out);
  if (!write_enrichment(x, out)) return false;
  out.text("Via: 1.1 postern\r\n\r\n");  // RFC 9110 section 7.6.3
  return true;
}

void Gateway::write_upstream_target(const Exchange& x, ByteWriter& out) const {
  const std::string_view text = request_.target.text();
  std::string_view path = request_.target.path();
  std::string_view query = text.substr(path.size());
  path.remove_prefix(x.endpoint->strip_prefix.size());
  if (!path.starts_with('/')) out.character('/');
  out.text(path);
  if (query.empty()) return;
  if (x.endpoint->forward_authorization) return out.text(query);
  const ByteWriter before = out;
  out.character('?');
  const std::size_t empty = out.size();
  query.remove_prefix(1);
  token::write_query_without_credential(out, x.endpoint->authenticate.token_from, query);
  if (out.size() == empty) out = before;
}

// Copies one field of the client, unless it means this connection only, is ours to write, or is a
// credential to be kept back.
void Gateway::write_request_field(const Exchange& x, const http::Field& field,
                                  ByteWriter& out) const {
  if (http::is_hop_by_hop(field.kind) || field.kind == http::FieldKind::Host ||
      field.kind == http::FieldKind::ContentLength || request_.head.fields.nominated(field.name) ||
      shared_.reserved_names.contains(field.name)) {
    return;
  }
  if (x.endpoint->forward_authorization) return http::write_field(out, field.name, field.value);
  const auto& sources = x.endpoint->authenticate.token_from;
  if (token::is_credential_field(sources, field)) return;
  if (field.kind != http::FieldKind::Cookie) {
    return http::write_field(out, field.name, field.value);
  }
  const ByteWriter before = out;
  out.text(field.name);
  out.text(": ");
  const std::size_t empty = out.size();
  token::write_cookie_without_credential(out, sources, field.value);
  if (out.size() == empty) {
    out = before;
  } else {
    out.text("\r\n");
  }
}

// Who asked, as far as we know. What the client itself claims about that was removed with the other
// reserved names; what a trusted proxy says is passed on, with the proxy added.
void Gateway::write_forwarded(const Exchange& x, ByteWriter& out) const {
  const http::RequestHead& head = request_.head;
  out.text(forwarded_for_name);
  out.text(": ");
  for (const http::Field& field : head.fields.all()) {
    if (!x.by_proxy || !equal_ignoring_case(field.name, forwarded_for_name)) continue;
    out.text(field.value);
    out.text(", ");
  }
  http::write_address(out, connections_[x.client].peer);
  out.text("\r\n");
  const Origin origin = client_origin(head, connections_[x.client].secure, x.by_proxy);
  http::write_field(out, forwarded_proto_name, origin.secure ? "https" : "http");
  if (!origin.authority.empty()) http::write_field(out, forwarded_host_name, origin.authority);
}

bool Gateway::write_enrichment(const Exchange& x, ByteWriter& out) const {
  if (!request_.facts) return true;
  for (const config::Enrich& enrich : x.endpoint->headers_for(request_.facts->provider())) {
    const ByteWriter before = out;
    out.text(enrich.header);
    out.text(": ");
    switch (request_.facts->claim(enrich.slot).text_for_header(out)) {
      case token::HeaderText::Written:
        out.text("\r\n");
        break;
      case token::HeaderText::Absent:
        out = before;
        break;
      case token::HeaderText::Unsafe:
        return false;
    }
  }
  return true;
}

// --- Once more -----------------------------------------------------------------------------------

// An upstream connection was lost before any byte of its answer. True: the same bytes are under way
// again.
//  - Never connected: nothing was sent, so any request may try the next address, or the upstream's
//  next server.
//  - A kept-alive connection died: it may have been closed for being idle, so an idempotent request
//  is sent once more.
bool Gateway::send_again(Exchange& x, Loss loss) {
  const Connection& lost = connections_[x.upstream];
  const config::Upstream& upstream = config_.upstreams[x.endpoint->upstream];
  if (x.answer_begun || lost.answering || !x.replayable) return false;
  std::uint16_t target = lost.target;
  if (lost.phase != Phase::Open) {
    if (loss != Loss::NotConnected || !targets_.try_next_address(x.upstream)) {
      if (x.attempts >= upstream.servers.size()) return false;
      const std::uint16_t first = upstream_turns_[x.endpoint->upstream].first_target;
      target = static_cast<std::uint16_t>(first + (target - first + 1U) % upstream.servers.size());
      ++x.attempts;
    }
  } else {
    if (loss != Loss::Lost || !lost.reused || !is_idempotent(x.method) || !x.request_done ||
        x.resent || upstream.retries == 0) {
      return false;
    }
    x.resent = true;
  }
  const std::uint16_t fresh = replace(x.upstream, target);
  if (fresh == no_slot) return false;
  counters_.add(Counter::UpstreamRetries);
  counters_.add(Counter::UpstreamConnects);
  x.upstream = fresh;
  return true;
}

// A new connection to `target` that takes over the user and the bytes of `lost`, which is given up.
// no_slot: there is none; `lost` stays.
std::uint16_t Gateway::replace(std::uint16_t lost, std::uint16_t target) {
  const std::uint16_t fresh = targets_.open(target, clock_.now);
  if (fresh == no_slot) return no_slot;
  connections_.hand_over_output(lost, fresh);
  if (connections_[lost].target == target && connections_[lost].phase != Phase::Open) {
    connections_[fresh].tries = static_cast<std::uint8_t>(connections_[lost].tries + 1);
  }
  connections_[fresh].user = connections_[lost].user;
  connections_[lost].user = no_slot;
  discard(lost);
  return fresh;
}

}  // namespace postern::gateway
