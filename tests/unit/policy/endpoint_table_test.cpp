#include "core/policy/endpoint_table.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.hpp"
#include "tests/support/block.hpp"
#include "tests/support/random.hpp"

namespace postern::policy {
namespace {

using http::Method;
using http::MethodSet;

MethodSet only(Method method) {
  MethodSet set;
  set.add(method);
  return set;
}

/// A table over endpoints that are given by name, path, host and methods.
class Endpoints {
 public:
  Endpoints& add(std::string_view name, std::string_view path, std::string_view host = {},
                 MethodSet methods = MethodSet::all()) {
    config::Endpoint endpoint;
    endpoint.name = name;
    endpoint.path = path;
    endpoint.methods = methods;
    if (!host.empty()) endpoint.hosts = {&hosts_.emplace_back(host), 1};
    all_.push_back(endpoint);
    return *this;
  }

  /// The endpoint's name, "404", or "405".
  std::string find(std::string_view path, std::string_view host = "h",
                   Method method = Method::Get) const {
    const test::Block block(EndpointTable::memory_bytes(all_.size()));
    Arena arena(block.bytes());
    const EndpointMatch match = EndpointTable(arena, all_).find(path, host, method);
    switch (match.kind) {
      case EndpointMatch::Kind::Found:
        return std::string(match.endpoint->name);
      case EndpointMatch::Kind::NotFound:
        return "404";
      case EndpointMatch::Kind::MethodNotAllowed:
        return "405";
    }
    return {};
  }
  /// The same by looking at every endpoint.
  std::string find_naively(std::string_view path, std::string_view host, Method method) const;
  [[nodiscard]] const std::vector<config::Endpoint>& all() const { return all_; }

 private:
  std::vector<config::Endpoint> all_;
  std::deque<std::string_view> hosts_;
};

TEST(EndpointTable, APrefixEndsAtASegment) {
  Endpoints endpoints;
  endpoints.add("ab", "/a/b").add("c", "/c/");
  EXPECT_EQ(endpoints.find("/a/b"), "ab");
  EXPECT_EQ(endpoints.find("/a/b/"), "ab");
  EXPECT_EQ(endpoints.find("/a/b/x/y"), "ab");
  EXPECT_EQ(endpoints.find("/a/bc"), "404");
  EXPECT_EQ(endpoints.find("/a"), "404");
  EXPECT_EQ(endpoints.find("/c/x"), "c");
  EXPECT_EQ(endpoints.find("/c/"), "c");
  EXPECT_EQ(endpoints.find("/c"), "404") << "below /c/ only";
}

TEST(EndpointTable, TheLongestPrefixWins) {
  Endpoints endpoints;
  endpoints.add("root", "/").add("a", "/a/").add("ab", "/a/b");
  EXPECT_EQ(endpoints.find("/x"), "root");
  EXPECT_EQ(endpoints.find("/a/x"), "a");
  EXPECT_EQ(endpoints.find("/a/b/x"), "ab");
  EXPECT_EQ(endpoints.find("/a/bx"), "a");
  EXPECT_EQ(endpoints.find("/a"), "root");
}

TEST(EndpointTable, ANamedHostComesBeforeAnyHost) {
  Endpoints endpoints;
  endpoints.add("any", "/a").add("plant", "/a", "plant.test").add("deep", "/a/b", "other.test");
  EXPECT_EQ(endpoints.find("/a", "plant.test"), "plant");
  EXPECT_EQ(endpoints.find("/a", "PLANT.test"), "plant");
  EXPECT_EQ(endpoints.find("/a", "x.test"), "any");
  EXPECT_EQ(endpoints.find("/a", ""), "any");
  EXPECT_EQ(endpoints.find("/a/b", "x.test"), "any") << "the longer path is of another host";
  EXPECT_EQ(endpoints.find("/a/b", "other.test"), "deep");
}

TEST(EndpointTable, AMethodNeverChangesTheHost) {
  Endpoints endpoints;
  endpoints.add("any", "/a").add("plant", "/a", "plant.test", only(Method::Get));
  EXPECT_EQ(endpoints.find("/a", "plant.test", Method::Delete), "405");
  EXPECT_EQ(endpoints.find("/a", "x.test", Method::Delete), "any");
}

TEST(EndpointTable, AMethodNeverChangesThePath) {
  Endpoints endpoints;
  endpoints.add("open", "/").add("readings", "/readings/", {}, only(Method::Get));
  EXPECT_EQ(endpoints.find("/readings/1", "h", Method::Get), "readings");
  EXPECT_EQ(endpoints.find("/readings/1", "h", Method::Delete), "405")
      << "and not the more open endpoint above it";
}

TEST(EndpointTable, AllowNamesWhatTheEndpointsOfThePathTake) {
  Endpoints endpoints;
  endpoints.add("get", "/a", {}, only(Method::Get)).add("put", "/a", {}, only(Method::Put));
  EXPECT_EQ(endpoints.find("/a", "h", Method::Put), "put");
  const test::Block block(EndpointTable::memory_bytes(2));
  Arena arena(block.bytes());
  const EndpointMatch match = EndpointTable(arena, endpoints.all()).find("/a", "h", Method::Delete);
  ASSERT_EQ(match.kind, EndpointMatch::Kind::MethodNotAllowed);
  MethodSet expected = only(Method::Get);
  expected.add(Method::Put);
  EXPECT_EQ(match.allowed, expected);
}

TEST(EndpointTable, WithoutEndpointsNothingIsFound) { EXPECT_EQ(Endpoints().find("/"), "404"); }

bool fits(const config::Endpoint& endpoint, std::string_view path, std::string_view host) {
  if (!path.starts_with(endpoint.path)) return false;
  if (!endpoint.path.ends_with('/') && path.size() > endpoint.path.size() &&
      path[endpoint.path.size()] != '/') {
    return false;
  }
  return endpoint.hosts.empty() || equal_ignoring_case(endpoint.hosts[0], host);
}

std::string Endpoints::find_naively(std::string_view path, std::string_view host,
                                    Method method) const {
  std::size_t longest = 0;
  for (const config::Endpoint& endpoint : all_) {
    if (fits(endpoint, path, host)) longest = std::max(longest, endpoint.path.size());
  }
  if (longest == 0) return "404";
  for (const bool named : {true, false}) {
    bool any = false;
    for (const config::Endpoint& endpoint : all_) {
      if (endpoint.path.size() != longest || endpoint.hosts.empty() == named) continue;
      if (!fits(endpoint, path, host)) continue;
      if (endpoint.methods.contains(method)) return std::string(endpoint.name);
      any = true;
    }
    if (any) return "405";
  }
  return "405";
}

TEST(EndpointTable, AgreesWithLookingAtEveryEndpoint) {
  constexpr std::array<std::string_view, 8> paths{"/",      "/a",   "/a/",  "/a/b",
                                                  "/a/b/c", "/ab/", "/b/a", "/a/bc"};
  constexpr std::array<std::string_view, 3> hosts{"", "x.test", "y.test"};
  constexpr std::array<std::string_view, 10> asked{"/",     "/a",  "/a/",      "/a/b", "/a/b/",
                                                   "/a/bc", "/ab", "/a/b/c/d", "/b",   "/b/a/x"};
  constexpr std::array<std::string_view, 12> names{"0", "1", "2", "3", "4",  "5",
                                                   "6", "7", "8", "9", "10", "11"};
  for (std::size_t seed = 0; seed < 300; ++seed) {
    test::Random random(seed);
    Endpoints endpoints;
    const std::size_t count = random.below(names.size() + 1);
    for (std::size_t i = 0; i < count; ++i) {
      MethodSet methods = MethodSet::all();
      if (random.below(2) == 0) methods = only(static_cast<Method>(random.below(3)));
      endpoints.add(names[i], paths[random.below(paths.size())], hosts[random.below(hosts.size())],
                    methods);
    }
    for (const std::string_view path : asked) {
      for (const std::string_view host : hosts) {
        const auto method = static_cast<Method>(random.below(3));
        ASSERT_EQ(endpoints.find(path, host, method), endpoints.find_naively(path, host, method))
            << "seed " << seed << ", " << path << " at " << host;
      }
    }
  }
}

}  // namespace
}  // namespace postern::policy
