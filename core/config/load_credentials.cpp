// How the gateway authenticates to a provider's introspection endpoint.
#include <new>

#include "core/config/loader.hpp"
#include "core/config/tables.hpp"
#include "core/crypto/signing.hpp"

namespace postern::config {
namespace {

using crypto::SignatureAlgorithm;

// Members that are for some ways only, and one of these ways, for who wonders.
struct Credential {
  std::string_view member;
  ClientAuth of;
  ClientAuth also_of;
};
constexpr Credential credentials[] = {
    {"client_secret_file", ClientAuth::ClientSecretBasic, ClientAuth::ClientSecretPost},
    {"client_key_file", ClientAuth::PrivateKeyJwt, ClientAuth::PrivateKeyJwt},
    {"client_key_id", ClientAuth::PrivateKeyJwt, ClientAuth::PrivateKeyJwt},
    {"client_key_algorithm", ClientAuth::PrivateKeyJwt, ClientAuth::PrivateKeyJwt},
    {"client_assertion_audience", ClientAuth::PrivateKeyJwt, ClientAuth::PrivateKeyJwt},
};

constexpr std::string_view name(ClientAuth auth) {
  return tables::client_auths[static_cast<std::size_t>(auth)];
}

// What is taken when the file does not say, the commonest first.
std::optional<SignatureAlgorithm> usual_algorithm(crypto::SignatureAlgorithms possible) {
  for (const auto algorithm : {SignatureAlgorithm::RS256, SignatureAlgorithm::ES256,
                               SignatureAlgorithm::ES384, SignatureAlgorithm::ES512}) {
    if (possible.contains(algorithm)) return algorithm;
  }
  return {};
}

}  // namespace

// What of the gateway's own credentials must be there follows from how it authenticates.
void Loader::load_credentials(const Spot& provider, Introspection& introspection) {
  const Spot spot = provider.member("introspection");
  const Spot id = spot.member("client_id");
  const auto standard = id.present() ? ClientAuth::ClientSecretBasic : ClientAuth::None;
  const auto auth = static_cast<ClientAuth>(word_index(
      spot.member("client_auth"), tables::client_auths, static_cast<std::size_t>(standard)));
  introspection.client_auth = auth;
  refuse_other_credentials(spot, auth);
  if (auth == ClientAuth::None) return;
  if (!id.present()) {
    report_.add(id, {"is missing"}, {"add the name of this gateway at the provider"});
  }
  introspection.client_id = printable(id);
  if (auth == ClientAuth::ClientSecretBasic || auth == ClientAuth::ClientSecretPost) {
    const Spot file = spot.member("client_secret_file");
    if (!file.present()) {
      report_.add(file, {"is missing"}, {"add the name of the file that holds the client secret"});
    }
    introspection.client_secret = load_secret(file);
  }
  if (auth == ClientAuth::PrivateKeyJwt) introspection.client_key = load_client_key(spot);
  if (auth == ClientAuth::TlsClientAuth) {
    const Spot tls = provider.member("tls");
    const Spot certificate = tls.member("certificate_file");
    if (!certificate.present()) {
      report_.add(certificate, {"is missing, and client_auth tls_client_auth needs it"},
                  {"add the certificate that the provider knows this gateway by"});
    }
    if (introspection.url.present() && !introspection.url.secure) {
      report_.add(spot.member("url"), {"is not https, and client_auth tls_client_auth needs TLS"},
                  {"write an https URL"});
    }
  }
  if (auth != ClientAuth::ClientSecretBasic && introspection.method == http::Method::Get) {
    report_.add(spot.member("client_auth"), {name(auth), " cannot be used with GET"},
                {"write method POST, or client_auth client_secret_basic"});
  }
}

void Loader::refuse_other_credentials(const Spot& spot, ClientAuth used) {
  const auto refuse = [&](const Spot& unused, ClientAuth of) {
    if (!unused.present()) return;
    report_.add(unused, {"is not used with client_auth ", name(used)},
                {"take it out, or write client_auth ", name(of)});
  };
  if (used == ClientAuth::None) refuse(spot.member("client_id"), ClientAuth::ClientSecretBasic);
  for (const Credential& credential : credentials) {
    if (used == credential.of || used == credential.also_of) continue;
    refuse(spot.member(credential.member), credential.of);
  }
}

// Null when it cannot be had.
const ClientKey* Loader::load_client_key(const Spot& spot) {
  const std::span<ClientKey> key = take<ClientKey>(1);
  if (key.empty()) return nullptr;
  key.front().id = printable(spot.member("client_key_id"));
  key.front().audience = printable(spot.member("client_assertion_audience"));
  const Spot file = spot.member("client_key_file");
  if (!file.present()) {
    report_.add(file, {"is missing"}, {"add the name of the file that holds the client key"});
    return nullptr;
  }
  key.front().pem = load_pem(file, Secrecy::Secret, "the key in PEM", private_key_file_bytes_max);
  if (key.front().pem.empty()) return nullptr;
  const auto possible = crypto::algorithms_of_private_key(key.front().pem);
  const auto usual = usual_algorithm(possible);
  if (!usual) {
    report_.add(file, {"the file ", Shown(file.value()), " has no key that can be used"},
                {"write an unencrypted private key into it, in PEM: RSA (2048 to 4096 bits) or EC "
                 "(P-256, P-384, P-521)"});
    return nullptr;
  }
  const Spot named = spot.member("client_key_algorithm");
  const auto algorithm = crypto::signature_algorithm(named.text());
  key.front().algorithm = algorithm ? *algorithm : *usual;
  if (algorithm && !possible.contains(*algorithm)) {
    report_.add(named, {Shown(named.value()), " does not fit the key"},
                {"write ", crypto::signature_algorithm_names[static_cast<std::size_t>(*usual)],
                 ", or take it out"});
  }
  return key.data();
}

}  // namespace postern::config
