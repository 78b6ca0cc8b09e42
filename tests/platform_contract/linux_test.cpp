// What platform/linux does beyond the contract, where one kernel and many clients meet.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <thread>

#include "tests/platform_contract/linux_under_test.hpp"

namespace postern::contract {
namespace {

/// Sends without a pause, from a thread of its own.
class Flood {
 public:
  explicit Flood(const Address& address) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const platform::SocketAddress there(address);
    ::connect(socket_.number(), there.data(), there.size());
    thread_ = std::thread([this] {
      const std::string bytes(256 * 1024, 's');
      while (::send(socket_.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL) > 0) {
      }
    });
  }
  ~Flood() {
    ::shutdown(socket_.number(), SHUT_RDWR);
    thread_.join();
  }

 private:
  platform::Descriptor socket_;
  std::thread thread_;
};

/// File descriptors of this process: one more may be opened, no second.
class OneDescriptorLeft {
 public:
  OneDescriptorLeft() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const platform::Descriptor next(::dup(0));
    rlimit now = before_;
    now.rlim_cur = static_cast<rlim_t>(next.number()) + 1;
    ::setrlimit(RLIMIT_NOFILE, &now);
  }
  ~OneDescriptorLeft() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

TEST(EventLoop, WhoSendsWithoutPauseDoesNotKeepTheLoopToHimself) {
  LinuxUnderTest::Medium medium;
  LinuxUnderTest platform(medium);
  const Flood flood(platform.address());
  ASSERT_TRUE(platform.until([&] { return platform.engine().bytes_received > 4 * 1024 * 1024; }));
  EXPECT_LE(platform.engine().received_in_a_row_max, 64U);
  Client& other = platform.connect();
  other.send("e");
  EXPECT_TRUE(platform.until([&] { return other.heard == "e"; }));
}

TEST(EventLoop, WithoutADescriptorAClientIsTurnedAwayAndTheNextIsServed) {
  LinuxUnderTest::Medium medium;
  LinuxUnderTest platform(medium);
  {
    const OneDescriptorLeft left;
    Client& client = platform.connect();  // takes it
    EXPECT_TRUE(platform.until([&] { return client.ended || client.lost; }));
  }
  Client& next = platform.connect();
  next.send("e");
  EXPECT_TRUE(platform.until([&] { return next.heard == "e"; }));
}

}  // namespace
}  // namespace postern::contract
