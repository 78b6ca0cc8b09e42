#include "core/gateway/client_origin.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace postern::gateway {
namespace {

using Lines = std::vector<std::array<std::string_view, 2>>;

/// The beginning of the URI as the client wrote it, of a request for http://inside that says this.
std::string origin(const Lines& lines, bool by_proxy, bool secure = false) {
  http::RequestHead head;
  head.host = "inside";
  for (const auto& [name, value] : lines) head.fields.add({name, value, http::classify(name)});
  const Origin found = client_origin(head, secure, by_proxy);
  return (found.secure ? "https://" : "http://") + std::string(found.authority);
}

const Lines forwarded = {{"X-Forwarded-Proto", "https"}, {"X-Forwarded-Host", "api.test:8443"}};

TEST(ClientOrigin, IsWhatTheRequestItselfSays) {
  EXPECT_EQ(origin({}, false), "http://inside");
  EXPECT_EQ(origin({}, false, true), "https://inside");
}

TEST(ClientOrigin, IsWhatATrustedProxySays) {
  EXPECT_EQ(origin(forwarded, true), "https://api.test:8443");
  EXPECT_EQ(origin({{"x-forwarded-proto", "HTTPS"}}, true), "https://inside");
  EXPECT_EQ(origin({{"X-Forwarded-Proto", "http"}}, true, true), "http://inside");
  EXPECT_EQ(origin({}, true, true), "https://inside");
}

TEST(ClientOrigin, IsNotWhatAnybodySays) { EXPECT_EQ(origin(forwarded, false), "http://inside"); }

TEST(ClientOrigin, WhatIsNoAuthorityIsNone) {
  for (const char* host : {"", "a b", "user@api.test", "api.test/path", "a, b"}) {
    EXPECT_EQ(origin({{"X-Forwarded-Host", host}}, true), "http://inside") << host;
  }
}

}  // namespace
}  // namespace postern::gateway
