#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/base/time.hpp"
#include "platform/sim/peer.hpp"
#include "platform/sim/world.hpp"
#include "tests/support/tls_contexts.hpp"
#include "tests/support/tls_end.hpp"

namespace postern::simulation {

/// Another peer behind TLS: what it says travels in records, and it hears what records bring. It
/// meets a connection when the handshake is over, and its end when that was announced; a stream
/// that ends without close_notify is lost.
class TlsPeer final : public platform::sim::Peer, public platform::sim::Wire {
 public:
  /// A server, or a client of the gateway. REQUIRES: the contexts outlive it.
  TlsPeer(platform::sim::World& world, test::TlsServer& context,
          std::shared_ptr<platform::sim::Peer> inner);
  TlsPeer(platform::sim::World& world, test::TlsClient& context,
          std::shared_ptr<platform::sim::Peer> inner);
  ~TlsPeer() override;

  // What the link tells.
  void opened(Wire& link) override;
  void received(Wire& link, std::string_view bytes) override;
  void ended(Wire& link) override;
  void lost(Wire& link) override;

  // What the inner peer does.
  void send(std::string_view bytes) override;
  void finish() override;
  void close() override;
  void break_off() override;
  void reset() override;
  void read_slowly(std::size_t grain, Duration pause) override;
  [[nodiscard]] bool abandoned() const override;

 private:
  [[nodiscard]] Clock clock() const;
  void flush();
  void lose();

  platform::sim::World& world_;
  std::shared_ptr<platform::sim::Peer> inner_;
  std::unique_ptr<test::TlsEnd> end_;
  Wire* link_ = nullptr;
  bool inner_knows_ = false;  ///< That there is a connection.
  bool inner_done_ = false;   ///< It was told of the end.
};

/// A client that says the beginning of a ClientHello, or all of it, and then nothing more.
class Loiterer final : public platform::sim::Peer {
 public:
  /// `byte_count` of `hello`.
  Loiterer(std::string_view hello, std::size_t byte_count) : hello_(hello.substr(0, byte_count)) {}

  void opened(platform::sim::Wire& wire) override { wire.send(hello_); }
  void received(platform::sim::Wire& /*wire*/, std::string_view /*bytes*/) override {}
  void ended(platform::sim::Wire& wire) override {
    gone_ = true;
    wire.close();
  }
  void lost(platform::sim::Wire& /*wire*/) override { gone_ = true; }
  [[nodiscard]] bool gone() const { return gone_; }

 private:
  std::string hello_;
  bool gone_ = false;
};

/// A ClientHello as the gateway's clients say it.
std::string client_hello(test::TlsClient& context);

}  // namespace postern::simulation
