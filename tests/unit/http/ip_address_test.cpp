#include "core/http/ip_address.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <string>
#include <string_view>

#include "tests/support/random.hpp"

namespace postern::http {
namespace {

std::string written(const Address& address) {
  std::array<char, 64> memory;
  ByteWriter out(memory);
  write_address(out, address);
  return std::string(out.written());
}

std::string canonical(std::string_view text) {
  const auto address = parse_address(text);
  return address ? written(*address) : "refused";
}

std::string with_port(std::string_view text) {
  const auto address = parse_address_and_port(text);
  return address ? written(*address) + " " + std::to_string(address->port) : "refused";
}

TEST(ParseAddress, ReadsBothFamilies) {
  EXPECT_EQ(canonical("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(canonical("2001:DB8:0:0:1:0:0:1"), "2001:db8::1:0:0:1") << "RFC 5952 section 4.2.3";
  EXPECT_EQ(canonical("2001:db8:0:1:1:1:1:1"), "2001:db8:0:1:1:1:1:1") << "section 4.2.2";
  EXPECT_EQ(canonical("::"), "::");
  EXPECT_EQ(canonical("::1"), "::1");
  EXPECT_EQ(canonical("fe80::"), "fe80::");
  EXPECT_EQ(canonical("64:ff9b::192.0.2.33"), "64:ff9b::c000:221");
}

TEST(ParseAddress, TakesAMappedAddressForWhatItStandsFor) {
  EXPECT_EQ(canonical("::ffff:192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(parse_address("::ffff:c000:201")->family, Address::Family::V4);
}

TEST(ParseAddress, RefusesWhatIsReadDifferentlyElsewhere) {
  for (const std::string_view text : {"",
                                      "1.2.3",
                                      "1.2.3.4.5",
                                      "01.2.3.4",
                                      "1.2.3.256",
                                      "0x7f.1.1.1",
                                      "1.2.3.4 ",
                                      " 1.2.3.4",
                                      ":",
                                      ":::",
                                      "1::2::3",
                                      "1:2:3:4:5:6:7",
                                      "1:2:3:4:5:6:7:8:9",
                                      "1:2:3:4:5:6:7:8::",
                                      "::1:2:3:4:5:6:7:8",
                                      "12345::",
                                      "g::",
                                      "1:",
                                      ":1",
                                      "1:2:3:4:5:6:7:1.2.3.4",
                                      "::1.2.3",
                                      "fe80::1%eth0",
                                      "[::1]",
                                      "localhost"}) {
    EXPECT_EQ(canonical(text), "refused") << text;
  }
}

TEST(ParseAddressAndPort, KnowsWhereThePortBegins) {
  EXPECT_EQ(with_port("192.0.2.1"), "192.0.2.1 0");
  EXPECT_EQ(with_port("192.0.2.1:443"), "192.0.2.1 443");
  EXPECT_EQ(with_port("2001:db8::1"), "2001:db8::1 0");
  EXPECT_EQ(with_port("[2001:db8::1]"), "2001:db8::1 0");
  EXPECT_EQ(with_port("[2001:db8::1]:65535"), "2001:db8::1 65535");
  for (const std::string_view text :
       {"192.0.2.1:", "192.0.2.1:65536", "192.0.2.1:080", "[192.0.2.1]:80", "[::1", "[::1]x",
        "[::1]:", "[]:80", "1.2.3.4:5:6"}) {
    EXPECT_EQ(with_port(text), "refused") << text;
  }
}

// The system's own reader and writer as the judge, over texts made of the characters that matter.
TEST(ParseAddress, AgreesWithTheSystem) {
  test::Random random(test::Seed{11});
  constexpr std::string_view characters = "01fa2::..";
  for (int i = 0; i < 200'000; ++i) {
    std::string text;
    for (std::size_t length = random.below(12); length != 0; --length) {
      text += characters[random.below(characters.size())];
    }
    std::array<std::uint8_t, 16> bytes{};
    const auto parsed = parse_address(text);
    if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) {
      ASSERT_TRUE(parsed) << text;
      ASSERT_EQ(parsed->family, Address::Family::V4) << text;
      ASSERT_EQ(parsed->bytes, bytes) << text;
    } else if (inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) {
      ASSERT_TRUE(parsed) << text;
      if (parsed->family == Address::Family::V6) {
        ASSERT_EQ(parsed->bytes, bytes) << text;
      }
    } else {
      ASSERT_FALSE(parsed) << text;
    }
  }
}

TEST(WriteAddress, IsReadBackAsTheSameAddress) {
  test::Random random(test::Seed{12});
  for (int i = 0; i < 50'000; ++i) {
    Address address;
    address.family = Address::Family::V6;
    for (std::size_t at = 0; at < 16; at += 2) {
      if (random.below(2) == 0)
        address.bytes[at + 1] = static_cast<std::uint8_t>(random.below(256));
    }
    address = without_mapping(address);
    ASSERT_EQ(parse_address(written(address)), address) << written(address);
  }
}

}  // namespace
}  // namespace postern::http
