// After 101 (RFC 9110 section 7.8) bytes flow both ways uninterpreted, until both sides have ended
// or nothing moves for too long.
#include <algorithm>
#include <cstring>

#include "core/gateway/engine.hpp"
#include "core/http/head_writer.hpp"

namespace postern::gateway {

void Gateway::open_tunnel(Exchange& x) {
  if (!x.upgrade || !answer_head_.upgrade_websocket || !x.request_done) {
    return upstream_failed(x, policy::Situation::UpstreamBroken, "upstream-upgrade");
  }
  Buffer& in = *connections_.input(x.upstream);
  Buffer& out = *connections_.output(x.client);
  ByteWriter writer(buffers_.tail(out, buffers_.capacity()));
  writer.text("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n");
  for (const http::Field& field : answer_head_.fields.all()) {
    if (field.kind == http::FieldKind::Upgrade ||
        (!http::is_hop_by_hop(field.kind) && field.kind != http::FieldKind::ContentLength &&
         !answer_head_.fields.nominated(field.name))) {
      http::write_field(writer, field.name, field.value);
    }
  }
  writer.text("\r\n");
  if (!writer.ok()) {
    return upstream_failed(x, policy::Situation::UpstreamBroken, "upstream-head-size");
  }
  out.produce(writer.size());
  in.consume(answer_head_.head_bytes);
  counters_.add(Counter::Tunnels);
  x.status = 101;
  x.answer_begun = true;
  x.keep_alive = false;
  x.stage = Stage::Tunnel;
  connections_.cancel(x.upstream);
  connections_.attend(x.client);
  pump_tunnel(x);
}

void Gateway::pump_tunnel(Exchange& x) {
  move_tunnel_bytes(x.client, x.upstream);
  move_tunnel_bytes(x.upstream, x.client);
  connections_.start(x.client, idle_timer_, clock_.now);
  const bool client_done = connections_[x.client].ended && connections_.input(x.client) == nullptr;
  const bool upstream_done =
      connections_[x.upstream].ended && connections_.input(x.upstream) == nullptr;
  if (client_done && !x.client_finished) {
    x.client_finished = true;
    connections_.finish_send(x.upstream);
  }
  if (upstream_done && !x.upstream_finished) {
    x.upstream_finished = true;
    connections_.finish_send(x.client);
  }
  if (!client_done || !upstream_done || connections_.has_output(x.upstream)) return;
  release_upstream(x, false);
  x.stage = Stage::Done;
  step(x);
}

void Gateway::move_tunnel_bytes(std::uint16_t from, std::uint16_t to) {
  Buffer* in = connections_.input(from);
  Buffer* out = in != nullptr ? connections_.borrow_output(to) : connections_.output(to);
  if (in != nullptr && out != nullptr) {
    const std::span<char> room = buffers_.tail(*out, in->size());
    const std::size_t count = std::min(room.size(), in->size());
    std::memcpy(room.data(), in->text().data(), count);
    out->produce(count);
    in->consume(count);
  }
  connections_.input_used(from);
  if (out == nullptr) return;
  if (out->empty()) {
    connections_.drop_output(to);
  } else {
    connections_.attend(to);
  }
}

}  // namespace postern::gateway
