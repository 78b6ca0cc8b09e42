#pragma once

#include <gtest/gtest.h>

#include <array>
#include <ostream>
#include <string>

#include "core/tls/certificate_check.hpp"
#include "tests/support/tls_pair.hpp"

namespace postern::tls::test {

using postern::test::certificate_pem;
using postern::test::gateway_name;
using postern::test::identity;
using postern::test::TlsClient;
using postern::test::TlsEnd;
using postern::test::TlsPair;
using postern::test::TlsServer;

/// Two days after the certificates began: they are made at build time, for ten years.
inline Clock today() {
  static const WallTime made = [] {
    mbedtls_x509_crt certificate;
    mbedtls_x509_crt_init(&certificate);
    const auto pem = certificate_pem("gateway.pem");
    EXPECT_EQ(mbedtls_x509_crt_parse(
                  &certificate, reinterpret_cast<const unsigned char*>(pem.data()), pem.size()),
              0);
    const WallTime from = wall_time(certificate.valid_from);
    mbedtls_x509_crt_free(&certificate);
    return from;
  }();
  return {MonotonicTime{1'000'000}, WallTime{made.s + 2 * 24 * 3600}, ClockTrust::Synchronised,
          WallTime{}};
}
inline constexpr std::int64_t year_s = 365 * 24 * 3600;

enum class Version : std::uint8_t { Tls12, Tls13 };

/// A version and a kind of key: the ways in which connections differ.
struct Kind {
  Version version;
  const char* identity;
  const char* name;
  friend std::ostream& operator<<(std::ostream& out, const Kind& kind) { return out << kind.name; }
};
inline constexpr std::array kinds{
    Kind{Version::Tls12, "gateway", "Tls12Ecdsa"}, Kind{Version::Tls12, "gateway-rsa", "Tls12Rsa"},
    Kind{Version::Tls13, "gateway", "Tls13Ecdsa"}, Kind{Version::Tls13, "gateway-rsa", "Tls13Rsa"}};
/// Where the key makes no difference.
inline constexpr std::array versions{kinds[0], kinds[2]};

inline std::string kind_name(const testing::TestParamInfo<Kind>& it) { return it.param.name; }

/// What every connection must do, whichever version and key it has.
class SessionTest : public testing::TestWithParam<Kind> {
 protected:
  static TlsServer::Settings server_settings() { return {.identities = {GetParam().identity}}; }
  static TlsClient::Settings client_settings() {
    TlsClient::Settings settings;
    settings.version = GetParam().version == Version::Tls12 ? MBEDTLS_SSL_VERSION_TLS1_2
                                                            : MBEDTLS_SSL_VERSION_TLS1_3;
    return settings;
  }

  TlsServer server_{server_settings()};
  TlsClient client_{client_settings()};
};

/// Text that tells where in it one is.
inline std::string long_text(std::size_t size) {
  std::string text;
  while (text.size() < size) text += std::to_string(text.size()) + ";";
  text.resize(size);
  return text;
}

}  // namespace postern::tls::test
