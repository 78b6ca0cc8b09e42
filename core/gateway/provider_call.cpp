// One request to a provider and its answer. Whatever is wrong with either is the provider's fault,
// never the token's.
#include <algorithm>

#include "core/gateway/copy_body.hpp"
#include "core/gateway/engine.hpp"
#include "core/http/cache_control.hpp"
#include "core/http/framing.hpp"
#include "core/http/head_writer.hpp"

namespace postern::gateway {
namespace {

// Interim answers before the final one; more are a flood.
constexpr std::uint8_t interim_answers_max = 4;

void write_provider_request(ByteWriter& out, const token::ProviderRequest& request,
                            bool through_proxy) {
  out.text(http::name(request.method));
  out.character(' ');
  if (through_proxy) {  // RFC 9112 section 3.2.2
    out.text("http://");
    out.text(request.url->authority);
  }
  out.text(request.target);
  out.text(" HTTP/1.1\r\n");
  http::write_field(out, "Host", request.url->authority);
  if (!request.authorization.empty()) {
    http::write_field(out, "Authorization", request.authorization);
  }
  if (!request.accept.empty()) http::write_field(out, "Accept", request.accept);
  if (request.method == http::Method::Post) {
    if (!request.content_type.empty()) {
      http::write_field(out, "Content-Type", request.content_type);
    }
    http::write_content_length(out, request.body.size());
  }
  out.text("\r\n");
  out.text(request.body);
}

}  // namespace

// False: no connection or buffer for it.
bool Gateway::ask(std::uint16_t slot, const token::ProviderRequest& request) {
  Lookup& lookup = lookups_[slot];
  POSTERN_ASSERT(lookup.asks < token::asks_max);
  ++lookup.asks;
  lookup.head_seen = false;
  lookup.resent = false;
  lookup.interim_answers = 0;
  const std::uint16_t target = provider_target(lookup.provider, request.service);
  POSTERN_ASSERT(target != no_slot);
  // Through a proxy https goes in a tunnel of its own, http in the proxy's hands.
  const bool through_proxy =
      config_.providers[lookup.provider].proxy != nullptr && !request.url->secure;
  std::uint16_t connection = targets_.take_idle(target);
  if (connection == no_slot) connection = targets_.open(target, clock_.now);
  if (connection == no_slot) return false;
  Buffer* out = connections_.borrow_output(connection);
  if (out != nullptr) {
    ByteWriter writer(buffers_.tail(*out, buffers_.capacity()));
    write_provider_request(writer, request, through_proxy);
    if (writer.ok()) {
      out->produce(writer.size());
      counters_.add(Counter::ProviderRequests);
      lookup.connection = connection;
      Connection& it = connections_[connection];
      it.user = slot;
      it.sent_some = false;
      if (it.phase == Phase::Open) {
        connections_.start(connection, targets_[target].answer_timer, clock_.now);
        connections_.attend(connection);
      }
      return true;
    }
  }
  discard(connection);
  return false;
}

void Gateway::provider_received(std::uint16_t connection) {
  const std::uint16_t slot = connections_[connection].user;
  Lookup& lookup = lookups_[slot];
  const Connection& provider = connections_[connection];
  Buffer* in = connections_.input(connection);
  while (!lookup.head_seen) {
    if (in == nullptr || in->empty()) {
      if (provider.ended) provider_lost(connection, Loss::Lost);
      return;
    }
    http::HeadRefusal refusal;
    const auto outcome = http::parse_response_head(in->text(), http::Method::Post, head_limits_,
                                                   answer_head_, refusal);
    if (outcome == http::HeadOutcome::NeedMore && !provider.ended) return;
    if (outcome != http::HeadOutcome::Complete || answer_head_.status == 101 ||
        !take_provider_head(lookup)) {
      return provider_fault(slot, token::ProviderError::BrokenAnswer);
    }
    in->consume(answer_head_.head_bytes);
  }
  Buffer nothing;
  Buffer& body = answers_[lookup.body];
  const BodyProgress progress =
      copy_body(lookup.reader, in != nullptr ? *in : nothing, answers_, body, /*chunked=*/false);
  connections_.input_used(connection);
  if (body.size() > config_.limits.provider_answer_bytes ||
      progress.state == BodyProgress::State::Blocked) {
    return provider_fault(slot, token::ProviderError::AnswerTooLarge);
  }
  switch (progress.state) {
    case BodyProgress::State::Hungry:
      if (!provider.ended) return;
      if (provider.torn || !lookup.reader.end_of_stream()) break;
      [[fallthrough]];
    case BodyProgress::State::Complete:
      return provider_answered(slot);
    case BodyProgress::State::Blocked:
    case BodyProgress::State::Broken:
      break;
  }
  provider_fault(slot, token::ProviderError::BrokenAnswer);
}

// Keeps of the head what a connector may want to know; the rest of it dies with the input buffer.
bool Gateway::take_provider_head(Lookup& lookup) {
  if (answer_head_.status < 200) return ++lookup.interim_answers <= interim_answers_max;
  if (lookup.body == no_slot) lookup.body = answers_.acquire();
  if (lookup.body == no_slot) return false;
  Buffer& body = answers_[lookup.body];
  body.consume(body.size());  // of an earlier ask
  lookup.head_seen = true;
  lookup.status = answer_head_.status;
  lookup.keep_alive = answer_head_.keep_alive;
  lookup.reader.begin(answer_head_.framing, answer_head_.content_length.value_or(0));
  lookup.content_encoded = false;
  lookup.content_type_bytes = 0;
  lookup.retry_after_s.reset();
  lookup.max_age_s.reset();
  lookup.message_bytes = 0;
  for (const http::Field& field : answer_head_.fields.all()) take_provider_field(lookup, field);
  return true;
}

void Gateway::take_provider_field(Lookup& lookup, const http::Field& field) const {
  switch (field.kind) {
    case http::FieldKind::ContentType:
      // Cut: no media type that a connector accepts is that long.
      lookup.content_type_bytes =
          static_cast<std::uint8_t>(std::min(field.value.size(), lookup.content_type.size()));
      std::copy_n(field.value.begin(), lookup.content_type_bytes, lookup.content_type.begin());
      break;
    case http::FieldKind::ContentEncoding:
      lookup.content_encoded |= !equal_ignoring_case(field.value, "identity");
      break;
    case http::FieldKind::RetryAfter:
      if (const auto wait_s = http::decimal(field.value)) {
        lookup.retry_after_s =
            static_cast<std::uint32_t>(std::min<std::uint64_t>(*wait_s, token::retry_after_max_s));
      }
      break;
    default:
      if (!equal_ignoring_case(field.name, "Cache-Control")) break;
      if (const auto age_s = http::max_age_s(field.value)) {
        lookup.max_age_s = std::min(*age_s, lookup.max_age_s.value_or(*age_s));
      }
      break;
  }
  const auto& userinfo = config_.providers[lookup.provider].userinfo;
  if (!userinfo || userinfo->message_header.empty() || lookup.message_bytes != 0) return;
  if (!equal_ignoring_case(field.name, userinfo->message_header)) return;
  lookup.message_bytes =
      static_cast<std::uint16_t>(std::min(field.value.size(), lookup.message.size()));
  std::copy_n(field.value.begin(), lookup.message_bytes, lookup.message.begin());
}

void Gateway::provider_answered(std::uint16_t slot) {
  Lookup& lookup = lookups_[slot];
  const std::uint16_t connection = lookup.connection;
  // Bytes behind the end of the answer belong to nobody: such a connection is not trusted again.
  const bool keep = lookup.keep_alive && !connections_[connection].ended &&
                    connections_.input(connection) == nullptr &&
                    !connections_.has_output(connection);
  lookup.connection = no_slot;
  connections_[connection].user = no_slot;
  if (keep) {
    targets_.keep(connection, clock_.now);
  } else {
    part(connection);
  }
  const token::ProviderAnswer answer{
      .status = lookup.status,
      .content_type = {lookup.content_type.data(), lookup.content_type_bytes},
      .content_encoded = lookup.content_encoded,
      .retry_after_s = lookup.retry_after_s,
      .max_age_s = lookup.max_age_s,
      .message = {lookup.message.data(), lookup.message_bytes},
      .body = answers_[lookup.body].text()};
  if (lookup.is_for_document) return document_answered(slot, answer);
  const std::string_view token = lookup_token(lookup);
  if (token.empty() && lookup.connector->needs_token_again) return end_and_wake(slot);
  const token::Verification verification = lookup.connector->answered(
      verification_input(lookup.provider, token, lookup.revalidate), answer);
  if (verification.kind != token::Verification::Kind::Ask) return finish_lookup(slot, verification);
  if (lookup.asks == token::asks_max || !ask(slot, verification.request)) {
    provider_fault(slot, token::ProviderError::Unreachable);
  }
}

void Gateway::provider_lost(std::uint16_t connection, Loss loss) {
  const std::uint16_t slot = connections_[connection].user;
  Lookup& lookup = lookups_[slot];
  const Connection& lost = connections_[connection];
  // Tried again is only what cannot have reached the provider, or what may not have: an address
  // where nobody listens, and a kept-alive connection that was closed for being idle before a byte
  // of the answer came.
  bool again = false;
  if (loss == Loss::NotConnected) {
    again = targets_.try_next_address(connection);
  } else if (loss == Loss::Lost && lost.reused && !lost.answering && !lookup.resent) {
    again = lookup.resent = true;
  }
  if (again) {
    const std::uint16_t fresh = replace(connection, lost.target);
    if (fresh != no_slot) {
      lookup.connection = fresh;
      return;
    }
  }
  switch (loss) {
    case Loss::NotConnected:
      return provider_fault(slot, token::ProviderError::Unreachable);
    case Loss::Lost:
      return provider_fault(slot, token::ProviderError::BrokenAnswer);
    case Loss::TimedOut:
      return provider_fault(slot, token::ProviderError::TimedOut);
  }
}

void Gateway::provider_fault(std::uint16_t slot, token::ProviderError problem) {
  if (lookups_[slot].is_for_document) return document_failed(slot, problem);
  finish_lookup(slot, token::Verification::undecided(problem));
}

}  // namespace postern::gateway
