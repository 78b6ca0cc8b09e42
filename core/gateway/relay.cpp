// Bodies both ways. Each direction moves what its input holds into its output's room; an empty room
// is the back-pressure.
#include "core/gateway/copy_body.hpp"
#include "core/gateway/engine.hpp"
#include "core/http/field_rules.hpp"
#include "core/http/head_writer.hpp"

namespace postern::gateway {
namespace {

// Interim answers (RFC 9110 section 15.2) passed on for one request; more are a flood.
constexpr std::uint8_t interim_answers_max = 16;
// A body must move at least this much within its time, either way: one byte now and then does not
// hold a connection.
constexpr std::uint32_t progress_bytes_min = 1024;

}  // namespace

// --- The request's body --------------------------------------------------------------------------

// The first turn: the head stands in the upstream's output, perhaps some of the body in the
// client's input.
void Gateway::start_relay(Exchange& x) {
  if (connections_[x.upstream].phase == Phase::Open) {
    connections_.start(x.upstream, targets_[connections_[x.upstream].target].answer_timer,
                       clock_.now);
    connections_.attend(x.upstream);
  }
  if (x.request_body.complete()) {
    x.request_done = true;
    return connections_.input_used(x.client);
  }
  pump_request(x);
}

void Gateway::pump_request(Exchange& x) {
  if (x.request_done || x.upstream == no_slot) return;
  Buffer nothing;
  Buffer* in = connections_.input(x.client);
  Buffer* out = connections_.borrow_output(x.upstream);
  if (out == nullptr) {
    counters_.add(Counter::BuffersExhausted);
    return upstream_failed(x, policy::Situation::Overloaded, "buffers");
  }
  // New bytes take the room of bytes already sent; from then on the request cannot be sent a second
  // time.
  if (connections_[x.upstream].sent_some) x.replayable = false;
  const BodyProgress progress =
      copy_body(x.request_body, in != nullptr ? *in : nothing, buffers_, *out, x.request_chunked);
  connections_.input_used(x.client);
  if (!out->empty()) {
    connections_.attend(x.upstream);
  } else if (!x.replayable) {
    connections_.drop_output(x.upstream);
  }
  x.progress_bytes += static_cast<std::uint32_t>(progress.bytes);
  switch (progress.state) {
    case BodyProgress::State::Broken:
      // The upstream may have seen a head and some of the body, but never a complete message.
      return request_broken(x, policy::Situation::BadRequest, "request-body");
    case BodyProgress::State::Complete:
      x.request_done = true;
      [[fallthrough]];
    case BodyProgress::State::Blocked:
      if (x.body_timed) connections_.cancel(x.client);  // the client is not what we wait for
      x.body_timed = false;
      return;
    case BodyProgress::State::Hungry:
      if (connections_[x.client].ended) {
        return request_broken(x, policy::Situation::BadRequest, "request-truncated");
      }
      if (x.send_timed || (x.body_timed && x.progress_bytes < progress_bytes_min)) return;
      x.progress_bytes = 0;
      x.body_timed = true;
      connections_.start(x.client, body_timer_, clock_.now);
      return;
  }
}

// The rest of the request's body will not come, or not in a form that can be read.
void Gateway::request_broken(Exchange& x, policy::Situation situation, std::string_view why) {
  release_upstream(x, false);
  x.keep_alive = false;
  if (x.answer_begun) return cut_off(x, why);
  fail(x, situation, why);
}

// --- The answer ----------------------------------------------------------------------------------

void Gateway::pump_answer(Exchange& x) {
  while (!x.answer_begun) {
    if (!answer_head(x)) return;
  }
  if (x.answer_done || x.upstream == no_slot) return;
  const Connection& upstream = connections_[x.upstream];
  Buffer nothing;
  Buffer* in = connections_.input(x.upstream);
  Buffer* out = connections_.borrow_output(x.client);
  if (out == nullptr) {
    counters_.add(Counter::BuffersExhausted);
    return upstream_failed(x, policy::Situation::Overloaded, "buffers");
  }
  BodyProgress progress =
      copy_body(x.answer_body, in != nullptr ? *in : nothing, buffers_, *out, x.answer_chunked);
  connections_.input_used(x.upstream);
  if (progress.state == BodyProgress::State::Hungry && upstream.ended) {
    if (upstream.gone || upstream.torn || !x.answer_body.end_of_stream()) {
      return upstream_failed(x, policy::Situation::UpstreamBroken, "upstream-truncated");
    }
    const bool whole = !x.answer_chunked || end_chunked_body(buffers_, *out);
    progress.state = whole ? BodyProgress::State::Complete : BodyProgress::State::Blocked;
  }
  if (!out->empty()) {
    connections_.attend(x.client);
  } else {
    connections_.drop_output(x.client);
  }
  switch (progress.state) {
    case BodyProgress::State::Broken:
      return upstream_failed(x, policy::Situation::UpstreamBroken, "upstream-body");
    case BodyProgress::State::Complete:
      return answer_complete(x);
    case BodyProgress::State::Blocked:
      // The client does not read: its time runs now, the upstream's stands still.
      if (x.send_timed && x.read_bytes < progress_bytes_min) return;
      x.send_timed = true;
      x.read_bytes = 0;
      x.answer_timed = false;
      connections_.cancel(x.upstream);
      connections_.start(x.client, send_timer_, clock_.now);
      return;
    case BodyProgress::State::Hungry:
      if (x.send_timed) {
        x.send_timed = false;
        connections_.cancel(x.client);
        if (x.body_timed) connections_.start(x.client, body_timer_, clock_.now);
      }
      if (progress.bytes == 0 && x.answer_timed) return;
      x.answer_timed = true;
      connections_.start(x.upstream, idle_timer_, clock_.now);
      return;
  }
}

// True: a head was passed on, final or interim. False: it is not whole yet, or the exchange has
// left the relay.
bool Gateway::answer_head(Exchange& x) {
  const Connection& upstream = connections_[x.upstream];
  Buffer* in = connections_.input(x.upstream);
  if (in == nullptr || in->empty()) {
    if (upstream.ended) outgoing_lost(x.upstream, Loss::Lost);
    return false;
  }
  http::ResponseHead& head = answer_head_;
  http::HeadRefusal refusal;
  switch (http::parse_response_head(in->text(), x.method, head_limits_, head, refusal)) {
    case http::HeadOutcome::NeedMore:
      if (!upstream.ended) return false;
      [[fallthrough]];
    case http::HeadOutcome::Refused:
      upstream_failed(x, policy::Situation::UpstreamBroken, "upstream-head");
      return false;
    case http::HeadOutcome::Complete:
      break;
  }
  Buffer* out = connections_.borrow_output(x.client);
  if (out == nullptr) {
    counters_.add(Counter::BuffersExhausted);
    upstream_failed(x, policy::Situation::Overloaded, "buffers");
    return false;
  }
  if (head.status == 101) {
    open_tunnel(x);
    return false;
  }
  const bool interim = head.status < 200;
  if (interim && ++x.interim_answers > interim_answers_max) {
    upstream_failed(x, policy::Situation::UpstreamBroken, "upstream-interim-flood");
    return false;
  }
  // RFC 9110 section 15.2: no 1xx to an HTTP/1.0 client.
  if (!interim || x.client_minor != 0) {
    ByteWriter writer(buffers_.tail(*out, buffers_.capacity()));
    write_answer_head(x, writer);
    if (!writer.ok()) {
      upstream_failed(x, policy::Situation::UpstreamBroken, "upstream-head-size");
      return false;
    }
    out->produce(writer.size());
    connections_.attend(x.client);
  }
  in->consume(head.head_bytes);
  if (interim) {
    counters_.add(Counter::Answers1xx);
    return true;
  }
  x.answer_begun = true;
  x.replayable = false;
  x.status = head.status;
  x.upstream_keep_alive = head.keep_alive;
  x.answer_body.begin(head.framing, head.content_length.value_or(0));
  return true;
}

void Gateway::write_answer_head(Exchange& x, ByteWriter& out) {
  const http::ResponseHead& head = answer_head_;
  out.text("HTTP/1.1 ");
  out.number(head.status);
  out.character(' ');
  out.text(head.reason);
  out.text("\r\n");
  const config::Dpop& dpop = x.endpoint->authenticate.dpop;
  for (const http::Field& field : head.fields.all()) {
    // A nonce of the upstream's would take the place of ours at the client.
    const bool is_nonce = dpop.nonce && equal_ignoring_case(field.name, nonce_field_name);
    if (!http::is_hop_by_hop(field.kind) && field.kind != http::FieldKind::ContentLength &&
        !head.fields.nominated(field.name) && !is_nonce) {
      http::write_field(out, field.name, field.value);
    }
  }
  if (head.status >= 200) {
    if (x.nonce_is_old) {
      const auto nonce = shared_.nonces.current(clock_.now, dpop.max_age);
      http::write_field(out, nonce_field_name, {nonce.data(), nonce.size()});
      // RFC 9449 section 8.2: else a cache would hand out the nonce when it is old.
      http::write_field(out, "Cache-Control", "no-store");
    }
    switch (head.framing) {
      case http::BodyFraming::None:
        // HEAD and 304 may say how long the body would be (RFC 9110 section 8.6); 204 may not.
        if (head.content_length && head.status != 204) {
          http::write_content_length(out, *head.content_length);
        }
        break;
      case http::BodyFraming::Length:
        http::write_content_length(out, head.content_length.value_or(0));
        break;
      case http::BodyFraming::Chunked:
      case http::BodyFraming::UntilClose:
        if (x.client_minor == 0) {
          x.answer_until_close = true;
          x.keep_alive = false;
        } else {
          x.answer_chunked = true;
          out.text("Transfer-Encoding: chunked\r\n");
        }
        break;
    }
    if (draining_) x.keep_alive = false;
    if (!x.keep_alive) {
      out.text("Connection: close\r\n");
    } else if (x.client_minor == 0) {
      out.text("Connection: keep-alive\r\n");
    }
  }
  out.text("\r\n");
}

void Gateway::answer_complete(Exchange& x) {
  x.answer_done = true;
  // The answer ended before the request: the rest of that is not worth waiting for.
  if (!x.request_done) x.keep_alive = false;
  const Connection& upstream = connections_[x.upstream];
  // Bytes behind the end of the answer belong to nobody: such a connection is not trusted again.
  const bool keep = x.upstream_keep_alive && x.request_done && !upstream.ended &&
                    connections_.input(x.upstream) == nullptr &&
                    !connections_.has_output(x.upstream);
  release_upstream(x, keep);
  x.stage = Stage::Done;
  step(x);
}

void Gateway::upstream_failed(Exchange& x, policy::Situation situation, std::string_view why) {
  release_upstream(x, false);
  counters_.add(Counter::UpstreamFailures);
  // What is left of the request's body is not read any more.
  if (!x.request_done) x.keep_alive = false;
  if (!x.answer_begun) return fail(x, situation, why);
  // Half an answer is out, and the client must see that it is unfinished: by a reset, since where
  // the end of the connection frames it nothing else would show.
  cut_off(x, why);
}

void Gateway::release_upstream(Exchange& x, bool keep) {
  if (x.upstream == no_slot) return;
  const std::uint16_t connection = x.upstream;
  x.upstream = no_slot;
  x.upstream_time = clock_.now - x.asked_upstream;
  connections_[connection].user = no_slot;
  if (keep) {
    targets_.keep(connection, clock_.now);
  } else if (x.answer_done) {
    part(connection);
  } else {
    discard(connection);
  }
}

}  // namespace postern::gateway
