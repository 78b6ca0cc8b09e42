// What a certificate's dates and addresses are worth, by clocks of every kind.
#include "core/tls/certificate_check.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/certificates.hpp"

namespace postern::tls {
namespace {

constexpr std::int64_t day_s = 24 * 3600;

class Parsed {
 public:
  explicit Parsed(const std::string& name) {
    mbedtls_x509_crt_init(&certificate);
    const auto pem = test::certificate_pem(name + ".pem");
    EXPECT_EQ(mbedtls_x509_crt_parse(
                  &certificate, reinterpret_cast<const unsigned char*>(pem.data()), pem.size()),
              0);
  }
  ~Parsed() { mbedtls_x509_crt_free(&certificate); }
  Parsed(const Parsed&) = delete;
  Parsed& operator=(const Parsed&) = delete;

  [[nodiscard]] WallTime from() const { return wall_time(certificate.valid_from); }
  [[nodiscard]] WallTime to() const { return wall_time(certificate.valid_to); }

  mbedtls_x509_crt certificate;
};

std::int64_t seconds_of(int year, int month, int day, int hour = 0, int minute = 0,
                        int second = 0) {
  return wall_time({year, month, day, hour, minute, second}).s;
}

TEST(WallTimeOfACertificate, CountsSecondsSince1970) {
  EXPECT_EQ(seconds_of(1970, 1, 1), 0);
  EXPECT_EQ(seconds_of(1970, 1, 1, 1, 1, 1), 3661);
  EXPECT_EQ(seconds_of(2000, 2, 29), 951'782'400);
  EXPECT_EQ(seconds_of(2000, 3, 1), 951'868'800);
  EXPECT_EQ(seconds_of(2027, 1, 15, 8, 0, 0), 1'800'000'000);
  EXPECT_EQ(seconds_of(2038, 1, 19, 3, 14, 8), std::int64_t{1} << 31);
  EXPECT_EQ(seconds_of(9999, 12, 31, 23, 59, 59), 253'402'300'799) << "RFC 5280: no last day";
}

TEST(WallTimeOfACertificate, KnowsWhichYearsLeap) {
  for (const int year : {1970, 1972, 1999, 2000, 2024, 2026, 2100, 2400}) {
    const bool leaps = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    EXPECT_EQ(seconds_of(year, 3, 1) - seconds_of(year, 2, 28), (leaps ? 2 : 1) * day_s) << year;
    EXPECT_EQ(seconds_of(year + 1, 1, 1) - seconds_of(year, 12, 31), day_s) << year;
  }
}

class DatesOfACertificate : public testing::Test {
 protected:
  std::uint32_t at(WallTime wall, ClockTrust trust = ClockTrust::Synchronised, WallTime floor = {},
                   ClockPolicy policy = {}) {
    return date_flags(it_.certificate, {MonotonicTime{}, wall, trust, floor}, policy);
  }
  static WallTime plus(WallTime time, std::int64_t seconds) { return {time.s + seconds}; }

  Parsed it_{"gateway"};
};

TEST_F(DatesOfACertificate, HoldFromTheirFirstSecondThroughTheirLast) {
  for (const ClockTrust trust : {ClockTrust::Floor, ClockTrust::Synchronised}) {
    EXPECT_EQ(at(plus(it_.from(), -1), trust), MBEDTLS_X509_BADCERT_FUTURE);
    EXPECT_EQ(at(it_.from(), trust), 0U);
    EXPECT_EQ(at(it_.to(), trust), 0U);
    EXPECT_EQ(at(plus(it_.to(), 1), trust), MBEDTLS_X509_BADCERT_EXPIRED);
  }
}

TEST_F(DatesOfACertificate, AreJudgedByTheFloorAloneWhileTheClockIsUnknown) {
  const WallTime wrong{0};
  EXPECT_EQ(at(wrong, ClockTrust::Unknown, plus(it_.from(), -day_s)), 0U)
      << "it may have begun meanwhile";
  EXPECT_EQ(at(wrong, ClockTrust::Unknown, it_.to()), 0U);
  EXPECT_EQ(at(wrong, ClockTrust::Unknown, plus(it_.to(), 1)), MBEDTLS_X509_BADCERT_EXPIRED);
}

TEST_F(DatesOfACertificate, AreNotJudgedWhereThePolicyForbidsIt) {
  const ClockPolicy strict{.unknown = false, .floor = false};
  EXPECT_EQ(at(it_.from(), ClockTrust::Unknown, it_.from(), strict), MBEDTLS_X509_BADCERT_OTHER);
  EXPECT_EQ(at(it_.from(), ClockTrust::Floor, it_.from(), strict), MBEDTLS_X509_BADCERT_OTHER);
  EXPECT_EQ(at(it_.from(), ClockTrust::Synchronised, it_.from(), strict), 0U);
  EXPECT_EQ(at(it_.from(), ClockTrust::Unknown, plus(it_.to(), 1), strict),
            MBEDTLS_X509_BADCERT_EXPIRED)
      << "no clock is needed to see that";
}

Address four(std::uint8_t last) { return {Address::Family::V4, 0, {127, 0, 0, last}}; }
Address six(std::uint8_t last) {
  Address address{Address::Family::V6, 0, {}};
  address.bytes[15] = last;
  return address;
}

TEST(AddressesOfACertificate, AreComparedByteByByteWithinTheirFamily) {
  const Parsed it("address");
  EXPECT_TRUE(is_for_address(it.certificate, four(1)));
  EXPECT_FALSE(is_for_address(it.certificate, four(2)));
  EXPECT_TRUE(is_for_address(it.certificate, six(1)));
  EXPECT_FALSE(is_for_address(it.certificate, six(2)));
  // ::ffff:127.0.0.1 is another address.
  Address mapped = six(1);
  mapped.bytes = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 127, 0, 0, 1};
  EXPECT_FALSE(is_for_address(it.certificate, mapped));
}

TEST(AddressesOfACertificate, AreNotItsNames) {
  EXPECT_FALSE(is_for_address(Parsed("gateway").certificate, four(1)));
  EXPECT_FALSE(is_for_address(Parsed("named").certificate, four(1)));
}

TEST(FailureOfFlags, IsTheWeightiestOfThem) {
  EXPECT_EQ(failure_of(MBEDTLS_X509_BADCERT_MISSING), Failure::CertificateAbsent);
  EXPECT_EQ(failure_of(MBEDTLS_X509_BADCERT_NOT_TRUSTED | MBEDTLS_X509_BADCERT_EXPIRED |
                       MBEDTLS_X509_BADCERT_CN_MISMATCH),
            Failure::Untrusted);
  EXPECT_EQ(failure_of(MBEDTLS_X509_BADCERT_EXPIRED | MBEDTLS_X509_BADCERT_CN_MISMATCH),
            Failure::Expired);
  EXPECT_EQ(failure_of(MBEDTLS_X509_BADCERT_FUTURE), Failure::NotYetValid);
  EXPECT_EQ(failure_of(MBEDTLS_X509_BADCERT_OTHER), Failure::ClockNotTrusted);
  EXPECT_EQ(failure_of(MBEDTLS_X509_BADCERT_CN_MISMATCH), Failure::WrongName);
  EXPECT_EQ(failure_of(MBEDTLS_X509_BADCERT_BAD_KEY), Failure::WrongUse);
}

}  // namespace
}  // namespace postern::tls
