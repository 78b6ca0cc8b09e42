#pragma once

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <deque>
#include <thread>
#include <utility>

#include "platform/linux/event_loop.hpp"
#include "platform/linux/listener.hpp"
#include "platform/linux/log_stream.hpp"
#include "platform/linux/mailbox.hpp"
#include "platform/linux/resolver.hpp"
#include "platform/linux/socket_address.hpp"
#include "platform/linux/store.hpp"
#include "tests/platform_contract/platform_under_test.hpp"
#include "tests/support/block.hpp"
#include "tests/support/folder.hpp"

namespace postern::contract {

inline Address loopback(std::uint16_t port) {
  Address address;
  address.family = Address::Family::V4;
  address.port = port;
  address.bytes = {127, 0, 0, 1};
  return address;
}

/// A real socket, moved on by pump().
class LinuxClient final : public Client {
 public:
  explicit LinuxClient(const Address& address) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const platform::SocketAddress there(address);
    lost = ::connect(socket_.number(), there.data(), there.size()) != 0;
    ::fcntl(socket_.number(), F_SETFL, O_NONBLOCK);
  }
  void send(std::string_view bytes) override { out_ += bytes; }
  void finish() override { finishing_ = true; }
  void reset() override {
    const linger at_once{1, 0};
    ::setsockopt(socket_.number(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    socket_.reset();
  }
  void pump() {
    if (!socket_.valid() || lost) return;
    while (!out_.empty()) {
      const ssize_t count = ::send(socket_.number(), out_.data(), out_.size(), MSG_NOSIGNAL);
      if (count <= 0) break;
      out_.erase(0, static_cast<std::size_t>(count));
    }
    if (out_.empty() && std::exchange(finishing_, false)) ::shutdown(socket_.number(), SHUT_WR);
    char bytes[4096];
    while (!ended && !lost) {
      const ssize_t count = ::recv(socket_.number(), bytes, sizeof bytes, 0);
      if (count > 0) heard.append(bytes, static_cast<std::size_t>(count));
      if (count == 0) ended = true;
      if (count < 0 && errno == EAGAIN) break;
      if (count < 0) lost = true;
    }
  }

 private:
  platform::Descriptor socket_;
  std::string out_;
  bool finishing_ = false;
};

/// platform/linux with one engine on a thread of its own, over loopback.
class LinuxUnderTest final : public PlatformUnderTest {
 public:
  /// The folder of the store.
  using Medium = test::Folder;

  explicit LinuxUnderTest(Medium& medium)
      : listener_(platform::listen_first_on(loopback(0))),
        deserted_(::socket(AF_INET, SOCK_STREAM, 0)),
        log_file_(std::tmpfile()),
        log_stream_(::fileno(log_file_)),
        store_({{std::string(ContractEngine::record_name), medium.path() + "/record"}},
               log_stream_),
        sockets_(static_cast<std::size_t>(
            platform::EventLoop::sockets_row(ContractEngine::connections_max).bytes())),
        engine_(listener_.address, bound_but_deaf()),
        loop_({.engine = engine_,
               .mailbox = mailbox_,
               .resolver = resolver_,
               .store = store_,
               .log = log_stream_,
               .others = {},
               .sockets = sockets_.bytes(),
               .floor = WallTime{1},
               .drain = seconds(1)}) {
    POSTERN_ASSERT(loop_.ready() && loop_.add_listener(ListenerId{0}, std::move(listener_.socket)));
    thread_ = std::thread([this] { loop_.run(); });
  }
  ~LinuxUnderTest() override {
    shut_down();
    std::fclose(log_file_);
  }
  // The store writes what is left when it ends.
  void shut_down() override {
    if (!thread_.joinable()) return;
    for (LinuxClient& client : clients_) client.reset();
    mailbox_.drain();
    thread_.join();
  }

  [[nodiscard]] const Address& address() const { return listener_.address; }
  Client& connect() override { return clients_.emplace_back(listener_.address); }
  // The first of them at most is served before the others are there.
  std::vector<Client*> connect_together(std::size_t count) override {
    engine_.hold(true);
    std::vector<Client*> clients = PlatformUnderTest::connect_together(count);
    engine_.hold(false);
    return clients;
  }
  bool until(const std::function<bool()>& done) override {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    while (std::chrono::steady_clock::now() < end) {
      for (LinuxClient& client : clients_) client.pump();
      if (done()) return true;
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
    return false;
  }
  void drain() override { mailbox_.drain(); }
  ContractEngine& engine() override { return engine_; }
  std::string log() override {
    std::string text(4096, '\0');
    const ssize_t size = ::pread(::fileno(log_file_), text.data(), text.size(), 0);
    text.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    return text;
  }

 private:
  // A port that is taken, so that nobody else listens there either.
  Address bound_but_deaf() {
    platform::SocketAddress address(loopback(0));
    ::bind(deserted_.number(), address.data(), address.size());
    ::getsockname(deserted_.number(), address.data(), address.size_for_filling());
    return address.address();
  }

  platform::Listener listener_;
  platform::Descriptor deserted_;
  std::FILE* log_file_;
  platform::LogStream log_stream_;
  platform::Store store_;
  test::Block sockets_;
  ContractEngine engine_;
  platform::Mailbox mailbox_;
  platform::Resolver resolver_;
  platform::EventLoop loop_;
  std::thread thread_;
  std::deque<LinuxClient> clients_;
};

}  // namespace postern::contract
