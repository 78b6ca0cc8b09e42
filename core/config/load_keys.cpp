// What verifies a provider's JWTs: where its keys come from, which algorithms count.
#include <algorithm>

#include "core/config/loader.hpp"
#include "core/config/tables.hpp"

namespace postern::config {
namespace {

using crypto::SignatureAlgorithm;

// RFC 7518 section 3.2: a secret at least as long as the digest.
std::size_t secret_bytes_min(SignatureAlgorithm algorithm) {
  switch (algorithm) {
    case SignatureAlgorithm::HS256:
      return 32;
    case SignatureAlgorithm::HS384:
      return 48;
    case SignatureAlgorithm::HS512:
      return 64;
    default:
      return 0;
  }
}

}  // namespace

void Loader::load_keys(const Spot& provider, KeySource& keys) {
  const Spot jwks = provider.member("jwks");
  keys.refresh = seconds(number(jwks, tables::jwks_members, "refresh_s"));
  keys.cooldown = seconds(number(jwks, tables::jwks_members, "cooldown_s"));
  keys.offline = seconds(number(provider.member("offline"), tables::offline_members, "keys_s"));
  const Spot url = jwks.member("url");
  const Spot file = jwks.member("file");
  load_url(url, keys.url);
  load_key_file(file, keys);
}

void Loader::load_key_file(const Spot& file, KeySource& keys) {
  if (!file.value().is(json::Type::String)) return;
  // Whatever is wrong with it, it is there: nobody shall complain that it is not.
  const Url url = keys.url;
  keys.url.text = keep(file.text());
  Arena scratch(file_scratch_);
  // Where room is scarce, a quarter: parsed it takes about three times as much.
  const std::span<char> text = scratch.take_array<char>(
      std::min(key_file_limits.text_bytes_max + 1, file_scratch_.size() / 4));
  std::size_t size = 0;
  const FileProblem problem = files_.read_text(file.text(), text, size);
  if (problem != FileProblem::None) {
    return report_file(file, problem, "the key set", text);
  }
  const auto document = json::parse({text.data(), size}, scratch, key_file_limits);
  if (!document) {
    return report_.add(
        file, {"the file ", Shown(file.value()), ": ", json::describe(document.error().error)},
        {"correct the JSON in it"});
  }
  const std::span<crypto::VerificationKey> all =
      take<crypto::VerificationKey>(config_->limits.keys);
  const std::size_t count = crypto::read_key_set(*document, all);
  if (count == 0 && !all.empty()) {
    return report_.add(file, {"the file ", Shown(file.value()), " has no key that can be used"},
                       {"write { \"keys\": [ ... ] } with public RSA (2048 to 4096 bits), EC or "
                        "Ed25519 keys for signatures"});
  }
  keys.fixed = all.first(count);
  keys.url = url;
}

void Loader::load_algorithms(const Spot& spot, Provider& provider) {
  const Spot list = spot.member("algorithms");
  const Spot file = spot.member("hmac_secret_file");
  provider.hmac_secret = load_secret(file);
  if (file.present() && provider.hmac_secret == nullptr) provider.keys.url.text = "?";  // likewise
  bool has_symmetric = false;
  if (list.value().is(json::Type::Array)) {
    provider.algorithms = {};
    list.for_each([&](const Spot& name) {
      const auto algorithm = crypto::signature_algorithm(name.text());
      if (!algorithm) return;
      provider.algorithms.add(*algorithm);
      if (!crypto::SignatureAlgorithms::symmetric().contains(*algorithm)) return;
      has_symmetric = true;
      if (!file.present()) {
        return report_.add(name, {Shown(name.value()), " needs a secret that both sides know"},
                           {"add hmac_secret_file, or take it out"});
      }
      const std::size_t bytes_min = secret_bytes_min(*algorithm);
      if (provider.hmac_secret == nullptr || provider.hmac_secret->size() >= bytes_min) return;
      report_.add(file, {"the secret is too short for ", Shown(name.value())},
                  {"use one of at least ", Shown(static_cast<std::int64_t>(bytes_min)), " bytes"});
    });
  }
  if (file.present() && !has_symmetric) {
    report_.add(file, {"is not used: no algorithm with a secret is accepted"},
                {"add HS256, HS384 or HS512 to algorithms, or take it out"});
  }
}

}  // namespace postern::config
