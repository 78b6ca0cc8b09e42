// The log: one line of JSON per request, when its answer is written or it has ended otherwise, and
// one when a provider falls ill or is well again, the clock is worth more or less than before, or
// TLS fails. Nothing of a token but its digest, nothing of a claim.
#include <array>

#include "core/gateway/engine.hpp"
#include "core/gateway/timestamp.hpp"
#include "core/http/ip_address.hpp"
#include "core/json/writer.hpp"

namespace postern::gateway {
namespace {

constexpr std::string_view text_of(CacheUse use) {
  switch (use) {
    case CacheUse::None:
      return "none";
    case CacheUse::Hit:
      return "hit";
    case CacheUse::Refused:
      return "refused";
    case CacheUse::Miss:
      return "miss";
  }
  return "";
}

void write_digest(ByteWriter& out, std::uint32_t digest) {
  constexpr std::string_view digits = "0123456789abcdef";
  for (int shift = 28; shift >= 0; shift -= 4) out.character(digits[(digest >> shift) & 15]);
}

// Words of our own, which need no escaping.
void write_word(ByteWriter& out, std::string_view member, std::string_view word) {
  out.text(",\"");
  out.text(member);
  out.text("\":\"");
  out.text(word);
  out.character('"');
}

}  // namespace

void Gateway::count_answer(std::uint16_t status) {
  switch (status / 100) {
    case 2:
      return counters_.add(Counter::Answers2xx);
    case 3:
      return counters_.add(Counter::Answers3xx);
    case 4:
      return counters_.add(Counter::Answers4xx);
    case 5:
      return counters_.add(Counter::Answers5xx);
    default:
      return;  // a tunnel, or never answered
  }
}

void Gateway::record(const Exchange& x) {
  count_answer(x.status);
  if (config_.logging.access == config::AccessLog::Off) return;
  std::array<char, 1024> line;
  ByteWriter out(line);
  out.text(R"({"time":")");
  write_timestamp(out, clock_.wall);
  out.text(R"(","client":")");
  http::write_address(out, x.from);
  out.text(R"(","method":)");
  json::write_string(out, http::name(x.method));
  out.text(R"(,"path":)");
  json::write_string(out, {x.path.data(), x.path_bytes});
  out.text(R"(,"endpoint":)");
  json::write_string(out, x.endpoint != nullptr ? x.endpoint->name : std::string_view());
  out.text(R"(,"status":)");
  out.number(x.status);
  out.text(R"(,"why":")");
  out.text(x.why);
  out.character('"');
  if (x.has_digest) {
    out.text(R"(,"token":")");
    write_digest(out, x.digest);
    out.character('"');
  }
  out.text(R"(,"cache":")");
  out.text(text_of(x.cache));
  out.text(R"(","provider_us":)");
  out.signed_number(x.provider_time.us);
  out.text(R"(,"upstream_us":)");
  out.signed_number(x.upstream_time.us);
  out.text(R"(,"total_us":)");
  out.signed_number((clock_.now - x.started).us);
  out.text("}\n");
  if (!out.ok() || !log_.add(out.written())) counters_.add(Counter::LogLinesLost);
}

// One line of what is no request. `write_members` adds members behind the first two.
template <class WriteMembers>
void Gateway::record_event(config::LogLevel weight, std::string_view event,
                           WriteMembers write_members) {
  if (weight > config_.logging.level) return;
  std::array<char, 768> line;
  ByteWriter out(line);
  out.text(R"({"time":")");
  write_timestamp(out, clock_.wall);
  out.text(R"(","event":")");
  out.text(event);
  out.character('"');
  write_members(out);
  out.text("}\n");
  if (!out.ok() || !log_.add(out.written())) counters_.add(Counter::LogLinesLost);
}

void Gateway::record_provider(const token::Provider& provider, std::string_view state,
                              std::string_view why) {
  const auto weight = why.empty() ? config::LogLevel::Info : config::LogLevel::Warning;
  record_event(weight, "provider", [&](ByteWriter& out) {
    out.text(R"(,"provider":)");
    json::write_string(out, provider.config().name);
    write_word(out, "state", state);
    if (!why.empty()) write_word(out, "why", why);
  });
}

void Gateway::record_clock() {
  const bool wrong = clock_.trust == ClockTrust::Unknown;
  const auto weight = wrong ? config::LogLevel::Warning : config::LogLevel::Info;
  record_event(weight, "clock", [&](ByteWriter& out) {
    write_word(out, "state", name(clock_.trust));
    out.text(R"(,"floor":")");
    write_timestamp(out, clock_.floor);
    out.character('"');
  });
}

void Gateway::record_ignored(std::string_view record, std::string_view why) {
  record_event(config::LogLevel::Warning, "store", [&](ByteWriter& out) {
    write_word(out, "record", record);
    write_word(out, "state", "ignored");
    write_word(out, "why", why);
  });
}

void Gateway::record_tls(std::uint16_t connection, tls::Failure failure, int detail) {
  record_event(config::LogLevel::Warning, "tls", [&](ByteWriter& out) {
    write_peer(connection, out);
    write_word(out, "why", tls::name(failure));
    if (detail == 0) return;
    out.text(R"(,"code":)");
    out.signed_number(detail);
  });
}

void Gateway::record_proxy(std::uint16_t connection, std::uint16_t status) {
  record_event(config::LogLevel::Warning, "proxy", [&](ByteWriter& out) {
    write_peer(connection, out);
    write_word(out, "why", "connect-refused");
    out.text(R"(,"status":)");
    out.number(status);
  });
}

// A client by its address; a target by its name too, since that is what the configuration says.
void Gateway::write_peer(std::uint16_t connection, ByteWriter& out) {
  const Connection& it = connections_[connection];
  out.text(it.role == Role::Client ? R"(,"client":")" : R"(,"address":")");
  http::write_address(out, it.peer);
  out.character('"');
  if (it.role == Role::Client) return;
  out.text(it.role == Role::Upstream ? R"(,"upstream":)" : R"(,"provider":)");
  json::write_string(out, targets_[it.target].origin->authority);
}

}  // namespace postern::gateway
