// The log: one line of JSON per request, when its answer is written or it has ended otherwise, and
// one when a provider falls ill or is well again, or the clock is worth more or less than before.
// Nothing of a token but its digest, nothing of a claim.
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

void Gateway::record_provider(const token::Provider& provider, std::string_view state,
                              std::string_view why) {
  const auto weight = why.empty() ? config::LogLevel::Info : config::LogLevel::Warning;
  if (weight > config_.logging.level) return;
  std::array<char, 512> line;
  ByteWriter out(line);
  out.text(R"({"time":")");
  write_timestamp(out, clock_.wall);
  out.text(R"(","event":"provider","provider":)");
  json::write_string(out, provider.config().name);
  out.text(R"(,"state":")");
  out.text(state);
  if (!why.empty()) {
    out.text(R"(","why":")");
    out.text(why);
  }
  out.text("\"}\n");
  if (!out.ok() || !log_.add(out.written())) counters_.add(Counter::LogLinesLost);
}

void Gateway::record_clock() {
  const bool wrong = clock_.trust == ClockTrust::Unknown;
  if ((wrong ? config::LogLevel::Warning : config::LogLevel::Info) > config_.logging.level) return;
  std::array<char, 128> line;
  ByteWriter out(line);
  out.text(R"({"time":")");
  write_timestamp(out, clock_.wall);
  out.text(R"(","event":"clock","state":")");
  out.text(name(clock_.trust));
  out.text(R"(","floor":")");
  write_timestamp(out, clock_.floor);
  out.text("\"}\n");
  if (!out.ok() || !log_.add(out.written())) counters_.add(Counter::LogLinesLost);
}

void Gateway::record_ignored(std::string_view record, std::string_view why) {
  if (config::LogLevel::Warning > config_.logging.level) return;
  std::array<char, 256> line;
  ByteWriter out(line);
  out.text(R"({"time":")");
  write_timestamp(out, clock_.wall);
  out.text(R"(","event":"store","record":")");
  out.text(record);
  out.text(R"(","state":"ignored","why":")");
  out.text(why);
  out.text("\"}\n");
  if (!out.ok() || !log_.add(out.written())) counters_.add(Counter::LogLinesLost);
}

void Gateway::record_tls(std::uint16_t connection, tls::Failure failure, int detail) {
  if (config::LogLevel::Warning > config_.logging.level) return;
  std::array<char, 768> line;
  ByteWriter out(line);
  out.text(R"({"time":")");
  write_timestamp(out, clock_.wall);
  out.text(R"(","event":"tls",)");
  write_peer(connection, out);
  out.text(R"(,"why":")");
  out.text(tls::name(failure));
  out.character('"');
  if (detail != 0) {
    out.text(R"(,"code":)");
    out.signed_number(detail);
  }
  out.text("}\n");
  if (!out.ok() || !log_.add(out.written())) counters_.add(Counter::LogLinesLost);
}

void Gateway::record_proxy(std::uint16_t connection, std::uint16_t status) {
  if (config::LogLevel::Warning > config_.logging.level) return;
  std::array<char, 768> line;
  ByteWriter out(line);
  out.text(R"({"time":")");
  write_timestamp(out, clock_.wall);
  out.text(R"(","event":"proxy",)");
  write_peer(connection, out);
  out.text(R"(,"why":"connect-refused","status":)");
  out.number(status);
  out.text("}\n");
  if (!out.ok() || !log_.add(out.written())) counters_.add(Counter::LogLinesLost);
}

// A client by its address; a target by its name too, since that is what the configuration says.
void Gateway::write_peer(std::uint16_t connection, ByteWriter& out) {
  const Connection& it = connections_[connection];
  out.text(it.role == Role::Client ? R"("client":")" : R"("address":")");
  http::write_address(out, it.peer);
  out.character('"');
  if (it.role == Role::Client) return;
  out.text(it.role == Role::Upstream ? R"(,"upstream":)" : R"(,"provider":)");
  json::write_string(out, targets_[it.target].origin->authority);
}

}  // namespace postern::gateway
