#include "firmware/linux/certificates.hpp"

#include <array>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/secret.hpp"
#include "core/gateway/gateway.hpp"
#include "core/gateway/timestamp.hpp"
#include "core/json/writer.hpp"
#include "core/tls/certificate_summary.hpp"

namespace postern::firmware {
namespace {

using config::FileProblem;
using tls::IdentityProblem;

constexpr std::int64_t day_s = 86'400;
constexpr std::int64_t soon_s = 30 * day_s;

std::string_view word(FileProblem problem) {
  switch (problem) {
    case FileProblem::None:
      break;
    case FileProblem::Missing:
      return "missing";
    case FileProblem::Unreadable:
      return "unreadable";
    case FileProblem::Exposed:
      return "exposed";
    case FileProblem::Empty:
      return "empty";
    case FileProblem::TooLong:
      return "too-long";
  }
  return "";
}

std::string_view word(IdentityProblem problem) {
  switch (problem) {
    case IdentityProblem::None:
      break;
    case IdentityProblem::NoCertificate:
      return "no-certificate";
    case IdentityProblem::BrokenCertificate:
      return "broken-certificate";
    case IdentityProblem::CertificateKind:
      return "certificate-kind";
    case IdentityProblem::WrongUsage:
      return "wrong-usage";
    case IdentityProblem::ChainOrder:
      return "chain-order";
    case IdentityProblem::ChainTooLong:
      return "chain-too-long";
    case IdentityProblem::NoKey:
      return "no-key";
    case IdentityProblem::EncryptedKey:
      return "encrypted-key";
    case IdentityProblem::BrokenKey:
      return "broken-key";
    case IdentityProblem::KeyDoesNotFit:
      return "key-does-not-fit";
    case IdentityProblem::NoMemory:
      return "no-memory";
  }
  return "";
}

std::string_view word(tls::AnchorProblem problem) {
  switch (problem) {
    case tls::AnchorProblem::NoCertificate:
      return "no-certificate";
    case tls::AnchorProblem::Broken:
      return "broken-certificate";
    case tls::AnchorProblem::NoMemory:
      return "no-memory";
  }
  return "";
}

constexpr std::string_view certificate_event = "certificate";
constexpr std::string_view authorities_event = "authorities";

WallTime now() { return {std::time(nullptr)}; }

// The bytes of a file as mbedTLS wants them, and wiped at the end.
class Pem {
 public:
  explicit Pem(std::size_t bytes_max) : bytes_(bytes_max + 1) {}
  ~Pem() { wipe(std::as_writable_bytes(std::span(bytes_))); }
  Pem(const Pem&) = delete;
  Pem& operator=(const Pem&) = delete;

  std::span<char> memory() { return bytes_; }
  std::size_t& size() { return size_; }
  [[nodiscard]] std::string_view text() const { return {bytes_.data(), size_}; }
  // The memory is full of zeros, one of which ends the text.
  [[nodiscard]] std::span<const std::byte> bytes() const {
    return std::as_bytes(std::span(bytes_).first(size_ + 1));
  }

 private:
  std::vector<char> bytes_;
  std::size_t size_ = 0;
};

class Reload {
 public:
  Reload(ConfigurationFile& files, std::span<Engine* const> engines, const platform::LogStream& log)
      : files_(files), engines_(engines), log_(log) {}

  void renew(const tls::Identity& identity) {
    Pem chain(config::certificate_file_bytes_max);
    Pem key(config::private_key_file_bytes_max);
    FileProblem problem = files_.read_text(identity.certificate_file, chain.memory(), chain.size());
    if (problem != FileProblem::None)
      return kept(certificate_event, identity.certificate_file, word(problem));
    problem = files_.read_secret_text(identity.key_file, key.memory(), key.size());
    if (problem != FileProblem::None)
      return kept(certificate_event, identity.key_file, word(problem));
    // Whether it will do is found at the first engine; the others agree.
    for (Engine* engine : engines_) {
      const auto why = gateway::replace_certificate(*engine, identity, chain.bytes(), key.bytes());
      if (why == IdentityProblem::None) continue;
      return kept(certificate_event,
                  tls::is_of_key(why) ? identity.key_file : identity.certificate_file, word(why));
    }
    replaced(identity.certificate_file, chain.bytes());
  }

  // `whose`: ListenerTls or PeerTls.
  template <class Tls>
  void renew_authorities(std::string_view file, const Tls& whose) {
    if (file.empty()) return;
    Pem pem(config::anchors_file_bytes_max);
    const FileProblem problem = files_.read_text(file, pem.memory(), pem.size());
    if (problem != FileProblem::None) return kept(authorities_event, file, word(problem));
    for (Engine* engine : engines_) {
      const auto why = gateway::replace_anchors(*engine, whose, pem.text());
      if (why) return kept(authorities_event, file, word(*why));
    }
    std::array<char, 1024> line;
    ByteWriter out(line);
    begin(out, authorities_event, file, "replaced");
    end(out);
  }

 private:
  void replaced(std::string_view file, std::span<const std::byte> chain) {
    std::array<char, 256> subject;
    const auto summary = tls::summary_of(chain, subject);
    std::array<char, 1024> line;
    ByteWriter out(line);
    begin(out, certificate_event, file, "replaced");
    if (summary) {
      out.text(R"(,"subject":)");
      json::write_string(out, summary->subject);
      out.text(R"(,"not_after":")");
      gateway::write_timestamp(out, summary->not_after);
      out.character('"');
    }
    end(out);
  }

  void kept(std::string_view event, std::string_view file, std::string_view why) {
    std::array<char, 1024> line;
    ByteWriter out(line);
    begin(out, event, file, "kept");
    out.text(R"(,"why":")");
    out.text(why);
    out.character('"');
    end(out);
  }

  static void begin(ByteWriter& out, std::string_view event, std::string_view file,
                    std::string_view state) {
    out.text(R"({"time":")");
    gateway::write_timestamp(out, now());
    out.text(R"(","event":")");
    out.text(event);
    out.text(R"(","file":)");
    json::write_string(out, file);
    out.text(R"(,"state":")");
    out.text(state);
    out.character('"');
  }

  void end(ByteWriter& out) {
    out.text("}\n");
    std::string_view rest = out.ok() ? out.written() : std::string_view{};
    while (const std::size_t count = rest.empty() ? 0 : log_.write({as_bytes(rest)})) {
      rest.remove_prefix(count);
    }
  }

  ConfigurationFile& files_;
  std::span<Engine* const> engines_;
  const platform::LogStream& log_;
};

std::string date(WallTime time) {
  std::array<char, 32> text;
  ByteWriter out(text);
  gateway::write_timestamp(out, time);
  return std::string(out.written());
}

void print_dates(const tls::Identity& identity, WallTime now, std::FILE* out) {
  std::array<char, 256> subject;
  const auto summary = tls::summary_of(identity.chain, subject);
  if (!summary) return;
  std::string what;
  if (now < summary->not_before) {
    what = "is valid only from " + date(summary->not_before) + " on";
  } else if (summary->not_after < now) {
    what = "has been invalid since " + date(summary->not_after);
  } else if (summary->not_after.s - now.s < soon_s) {
    what = "is valid only until " + date(summary->not_after);
  } else {
    return;
  }
  std::fprintf(out, "postern: note: the certificate in %s %s\n",
               std::string(identity.certificate_file).c_str(), what.c_str());
}

}  // namespace

void reload_certificates(const config::Config& config, ConfigurationFile& files,
                         std::span<Engine* const> engines, const platform::LogStream& log) {
  Reload reload(files, engines, log);
  for (const config::Listener& listener : config.listeners) {
    if (listener.tls == nullptr) continue;
    for (const tls::Identity& identity : listener.tls->identities) reload.renew(identity);
    reload.renew_authorities(listener.tls->client_ca_file, *listener.tls);
  }
  const auto renew_peer = [&](const config::PeerTls* peer) {
    if (peer != nullptr) reload.renew_authorities(peer->ca_file, *peer);
  };
  for (const config::Provider& provider : config.providers) renew_peer(provider.tls);
  for (const config::Upstream& upstream : config.upstreams) renew_peer(upstream.tls);
}

void print_certificate_dates(const config::Config& config, WallTime now, std::FILE* out) {
  const auto print_peer = [&](const config::PeerTls* peer) {
    if (peer != nullptr && peer->identity != nullptr) print_dates(*peer->identity, now, out);
  };
  for (const config::Listener& listener : config.listeners) {
    if (listener.tls == nullptr) continue;
    for (const tls::Identity& identity : listener.tls->identities) print_dates(identity, now, out);
  }
  for (const config::Provider& provider : config.providers) print_peer(provider.tls);
  for (const config::Upstream& upstream : config.upstreams) print_peer(upstream.tls);
}

}  // namespace postern::firmware
