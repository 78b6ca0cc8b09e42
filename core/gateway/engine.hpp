#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "core/base/arena.hpp"
#include "core/base/bytes.hpp"
#include "core/base/counters.hpp"
#include "core/base/pool.hpp"
#include "core/base/result.hpp"
#include "core/config/config.hpp"
#include "core/gateway/answer_writer.hpp"
#include "core/gateway/buffers.hpp"
#include "core/gateway/connections.hpp"
#include "core/gateway/exchange.hpp"
#include "core/gateway/floor_record.hpp"
#include "core/gateway/gateway.hpp"
#include "core/gateway/log_ring.hpp"
#include "core/gateway/lookup.hpp"
#include "core/gateway/shape.hpp"
#include "core/gateway/shared.hpp"
#include "core/gateway/targets.hpp"
#include "core/gateway/tls_contexts.hpp"
#include "core/http/head.hpp"
#include "core/http/path.hpp"
#include "core/platform.hpp"
#include "core/policy/situation.hpp"
#include "core/token/connector.hpp"
#include "core/token/credential.hpp"
#include "core/token/dpop/proof.hpp"
#include "core/token/facts.hpp"
#include "core/token/provider.hpp"

namespace postern::gateway {

/// The request under the hand of the engine: views and scratch that live within one call. A request
/// that waits keeps none of it; when it goes on, its head is parsed again from the client's input
/// buffer, which is cheaper than keeping a copy of its fields.
struct CurrentRequest {
  http::RequestHead head;
  http::Target target;
  token::Credential credential;
  std::uint16_t provider = 0;
  crypto::Tag tag;
  std::optional<token::Facts> facts;
  AnswerDetails details;
};

/// The Engine of architecture.md. One instance per worker; its parts are pools of fixed size. The
/// methods are grouped by file.
///
/// Who may end an exchange: `complete` (its answer is written) and `cut_off` (it cannot be
/// answered), reached through respond/fail/pump. A method after which the exchange may be over says
/// so by its place: it is called last.
class Gateway final : public Engine {
 public:
  /// Takes from `arena` what plan() said.
  Gateway(Arena& arena, const config::Config& config, Shared& shared, std::size_t worker,
          std::size_t workers);

  [[nodiscard]] std::size_t connection_count_max() const override;
  void stored(std::string_view name, std::span<const std::byte> data, const Clock&) override;
  std::optional<ConnectionId> accepted(ListenerId, const Address& peer, const Clock&) override;
  void connected(ConnectionId, const Clock&) override;
  void closed(ConnectionId, Closed, const Clock&) override;
  void ended(ConnectionId, const Clock&) override;
  std::span<std::byte> receive_window(ConnectionId) override;
  void received(ConnectionId, std::size_t byte_count, const Clock&) override;
  void receive_nothing(ConnectionId) override;
  SendWindow send_window(ConnectionId) override;
  void sent(ConnectionId, std::size_t byte_count, const Clock&) override;
  void resolved(std::string_view name, std::span<const Address>, const Clock&) override;
  void notified(const Clock&) override;
  void advance(const Clock&) override;
  [[nodiscard]] MonotonicTime next_deadline() const override;
  std::optional<Command> next_command() override;
  void drain(MonotonicTime deadline, const Clock&) override;
  [[nodiscard]] bool drained() const override;
  /// Nothing in the mode `ring`: those lines stay in memory.
  SendWindow log_window() override {
    return config_.logging.access == config::AccessLog::Ring ? SendWindow{} : log_.window();
  }
  void log_written(std::size_t byte_count) override { log_.consume(byte_count); }

  /// False: there is no memory for the certificates of TLS. Then the engine must not be used.
  [[nodiscard]] bool ready() const { return tls_contexts_.ready(); }
  tls::IdentityProblem replace_certificate(const tls::Identity& which,
                                           std::span<const std::byte> chain,
                                           std::span<const std::byte> key) {
    return tls_contexts_.replace(which, chain, key);
  }
  template <class Tls>
  std::optional<tls::AnchorProblem> replace_anchors(const Tls& which, std::string_view pem) {
    return tls_contexts_.replace_anchors(which, pem);
  }
  [[nodiscard]] const Counters& counters() const { return counters_; }
  [[nodiscard]] ClockTrust trust() const { return trust_.load(std::memory_order_relaxed); }
  [[nodiscard]] Occupancy occupancy() const;

  /// Adds the rows of one engine.
  static void plan(MemoryPlan& plan, const config::Config& config);

 private:
  /// How an outgoing connection was lost.
  enum class Loss : std::uint8_t { NotConnected, Lost, TimedOut };
  /// Servers of an upstream stand one after the other in Targets.
  struct UpstreamTurn {
    std::uint16_t first_target = 0;
    std::uint16_t next = 0;  ///< Whose turn it is.
  };

  // construction.cpp
  void make_targets();

  // clock.cpp: how far the wall clock may be believed
  /// One engine speaks and stores for all.
  [[nodiscard]] bool keeps_clock() const { return worker_ == 0; }
  void set_clock(const Clock& clock);
  void tell_clock();
  void look_at_clock();
  void keep_floor();
  [[nodiscard]] Command store_command();

  // engine.cpp: events and commands
  void plain_received(std::uint16_t slot, std::string_view fresh);
  void peer_ended(std::uint16_t slot);
  void client_received(std::uint16_t client, std::string_view fresh);
  void client_sent(std::uint16_t client, std::size_t byte_count, bool all);
  void client_ended(std::uint16_t client);
  void client_closed(std::uint16_t client);
  /// What a client that gives way must hold.
  enum class Holds : std::uint8_t { Slot, Buffer, Session };
  void displace_client(Holds what);
  void close_client(std::uint16_t client);
  void outgoing_received(std::uint16_t connection);
  void outgoing_sent(std::uint16_t connection, bool all);
  void outgoing_closed(std::uint16_t connection);
  void outgoing_lost(std::uint16_t connection, Loss loss);
  void part(std::uint16_t connection);
  void discard(std::uint16_t connection);

  // secure.cpp: TLS
  void hello_received(std::uint16_t client);
  void refuse_hello(std::uint16_t client);
  void start_handshake(std::uint16_t connection);
  void handshake_due(std::uint16_t client);
  void begin_session(std::uint16_t connection);
  void work_on_sessions();
  bool handshake(std::uint16_t slot);
  void session_open(std::uint16_t slot);
  void session_lost(std::uint16_t slot, tls::Failure failure, int detail);
  void open_records(std::uint16_t slot);
  void stream_over(std::uint16_t slot, bool torn);
  void secured_stream_ended(std::uint16_t slot);
  void proxy_answered(std::uint16_t connection);
  void secure_target(std::uint16_t connection);
  void target_open(std::uint16_t connection);
  std::optional<crypto::Thumbprint> client_certificate(const Exchange& x);

  // stages.cpp: from a head to a decision, and the end
  void serve(std::uint16_t client);
  bool read_head(std::uint16_t client);
  Exchange* begin_exchange(std::uint16_t client);
  bool parse_again(Exchange& x);
  bool normalize_target(const Exchange& x);
  std::optional<token::CredentialError> find_credential(const Exchange& x);
  Stage revoked(Exchange& x);
  void take_digest(Exchange& x) const;
  void step(Exchange& x);
  Stage route(Exchange& x);
  Stage credential(Exchange& x);
  Stage facts(Exchange& x);
  Stage policy(Exchange& x);
  bool within_rate(Exchange& x);

  // revocation.cpp
  [[nodiscard]] bool is_revoked(Revoked what, std::uint16_t provider, std::string_view value) const;
  [[nodiscard]] bool is_revoked(const token::Facts& facts) const;

  // binding.cpp: is the token the client's own?
  std::optional<Stage> check_binding(Exchange& x);
  std::optional<Stage> check_certificate(Exchange& x);
  std::optional<Stage> check_proof(Exchange& x, std::string_view key);
  std::optional<Stage> use_proof(Exchange& x, const token::dpop::Proof& proof);
  Stage refuse_proof(Exchange& x, token::dpop::ProofError error);
  Stage refuse_binding(Exchange& x, std::string_view why);

  // stages.cpp, the end of an exchange
  void complete(Exchange& x);
  void cut_off(Exchange& x, std::string_view why);
  void end_exchange(Exchange& x);

  // lookup.cpp: single flight
  Stage park(Exchange& x);
  void enlist(std::uint16_t slot);
  template <class Matches>
  std::uint16_t find_lookup(Matches matches) const;
  void leave_to_others(Lookup& lookup) const;
  void wait_for(Exchange& x, std::uint16_t slot);
  void stop_waiting(Exchange& x);
  void leave_lookup(Exchange& x);
  Stage decided(Exchange& x, const token::Verification& verification);
  token::VerificationInput verification_input(std::uint16_t provider, std::string_view token,
                                              Duration revalidate);
  void end_and_wake(std::uint16_t slot);
  template <class GoOn>
  void wake_waiters(std::uint16_t slot, GoOn go_on);
  std::string_view lookup_token(const Lookup& lookup);
  void finish_lookup(std::uint16_t slot, const token::Verification& verification);
  void note_provider(std::uint16_t index, std::optional<token::ProviderError> problem);
  void end_lookup(std::uint16_t slot);
  void remember(const Lookup& lookup, const token::Verification& verification);
  static std::optional<token::Facts> take_cached(std::span<const std::byte> entry,
                                                 std::uint32_t& digest);
  std::optional<token::Verification> recall(const crypto::Tag& tag);
  bool claim_flight(const crypto::Tag& tag);
  void end_flight(const crypto::Tag& tag);
  void look_again(std::uint16_t slot);
  void look_again_at_all(MonotonicTime due);

  // documents.cpp: what providers publish
  Stage await_document(Exchange& x, const token::Verification& verification);
  std::uint16_t find_fetch(std::uint16_t provider, token::Document document) const;
  std::uint16_t begin_fetch(std::uint16_t provider, token::Document document,
                            const token::Published::Permit& permit);
  bool ask_for_document(std::uint16_t slot);
  void refresh_documents(std::uint16_t provider);
  void document_answered(std::uint16_t slot, const token::ProviderAnswer& answer);
  void document_failed(std::uint16_t slot, token::ProviderError problem);
  void end_fetch(std::uint16_t slot, std::optional<token::ProviderError> problem);
  void look_again_at_document(std::uint16_t slot);
  void adopt_metadata(std::uint16_t provider);

  // provider_call.cpp: one request to a provider and its answer
  bool ask(std::uint16_t slot, const token::ProviderRequest& request);
  void provider_received(std::uint16_t connection);
  bool take_provider_head(Lookup& lookup);
  void take_provider_field(Lookup& lookup, const http::Field& field) const;
  void provider_answered(std::uint16_t slot);
  void provider_lost(std::uint16_t connection, Loss loss);
  void provider_fault(std::uint16_t slot, token::ProviderError problem);

  // forward.cpp: to the upstream
  Stage forward(Exchange& x);
  bool write_upstream_head(const Exchange& x, const Target& target, ByteWriter& out) const;
  void write_upstream_target(const Exchange& x, ByteWriter& out) const;
  void write_request_field(const Exchange& x, const http::Field& field, ByteWriter& out) const;
  void write_forwarded(const Exchange& x, ByteWriter& out) const;
  bool write_enrichment(const Exchange& x, ByteWriter& out) const;
  bool send_again(Exchange& x, Loss loss);
  std::uint16_t replace(std::uint16_t lost, std::uint16_t target);

  // relay.cpp: bodies both ways
  void start_relay(Exchange& x);
  void pump_request(Exchange& x);
  void pump_answer(Exchange& x);
  bool answer_head(Exchange& x);
  void write_answer_head(Exchange& x, ByteWriter& out);
  void answer_complete(Exchange& x);
  void request_broken(Exchange& x, policy::Situation situation, std::string_view why);
  void upstream_failed(Exchange& x, policy::Situation situation, std::string_view why);
  void release_upstream(Exchange& x, bool keep);

  // tunnel.cpp: after 101
  void open_tunnel(Exchange& x);
  void pump_tunnel(Exchange& x);
  void move_tunnel_bytes(std::uint16_t from, std::uint16_t to);

  // respond.cpp: answers of our own
  Stage respond(Exchange& x, policy::Situation situation, std::string_view why);
  Stage pass_refusal(Exchange& x, std::uint16_t status, std::string_view message);
  Stage give_answer(Exchange& x, const policy::Answer& answer);
  Stage refuse_head(Exchange& x, const http::HeadRefusal& refusal);
  void fail(Exchange& x, policy::Situation situation, std::string_view why);
  bool skip_request(Exchange& x);
  void take_head(Exchange& x);
  void refuse_client(std::uint16_t client);

  // timeouts.cpp
  void due(std::uint16_t connection);
  void client_due(std::uint16_t client);

  // records.cpp
  void record(const Exchange& x);
  void record_provider(const token::Provider& provider, std::string_view state,
                       std::string_view why);
  void record_clock();
  void record_ignored(std::string_view record, std::string_view why);
  template <class WriteMembers>
  void record_event(config::LogLevel weight, std::string_view event, WriteMembers write_members);
  void record_tls(std::uint16_t connection, tls::Failure failure, int detail);
  void write_peer(std::uint16_t connection, ByteWriter& out);
  void record_proxy(std::uint16_t connection, std::uint16_t status);
  void count_answer(std::uint16_t status);

  std::uint16_t& provider_target(std::uint16_t provider, token::Service service) {
    return provider_targets_[provider * token::service_count + static_cast<std::size_t>(service)];
  }
  Exchange& exchange_of(std::uint16_t client) { return exchanges_[connections_[client].user]; }

  const config::Config& config_;
  const Shape shape_;
  Shared& shared_;
  const std::uint16_t worker_;
  const std::size_t workers_;
  const http::HeadLimits head_limits_;

  Buffers buffers_;
  Buffers answers_;  ///< Bodies of provider answers.
  Connections connections_;
  Pool<Exchange> exchanges_;
  Pool<Lookup> lookups_;
  std::span<tls::SavedSession> saved_sessions_;  ///< By target; none where nothing is secure.
  TlsContexts tls_contexts_;
  std::span<Target> target_memory_;
  std::span<UpstreamTurn> upstream_turns_;     ///< By upstream.
  std::span<std::uint16_t> provider_targets_;  ///< By provider and service; no_slot: not asked.
  std::span<token::Provider> providers_;
  Arena provider_state_;
  LogRing log_;

  const std::uint8_t handshake_timer_;
  const std::uint8_t turn_timer_;
  const std::uint8_t head_timer_;
  const std::uint8_t body_timer_;
  const std::uint8_t idle_timer_;
  const std::uint8_t send_timer_;
  Targets targets_;

  std::uint16_t first_lookup_ = no_slot;  ///< Running lookups.
  std::size_t waiters_ = 0;
  std::uint32_t look_ = 0;
  Counters counters_;

  // Scratch of the current call.
  CurrentRequest request_;
  http::ResponseHead answer_head_;
  std::span<char> target_text_;          ///< A target in normal form.
  std::span<char> token_text_;           ///< A token that stood percent-encoded in a query.
  std::span<char> provider_request_;     ///< A provider request before it is written.
  std::span<std::byte> cached_facts_;    ///< Of a cache hit; the token's digest behind them.
  std::span<std::byte> verified_facts_;  ///< Just verified, while all who waited for them go on.
  std::span<crypto::VerificationKey> key_scratch_;  ///< Of a key set that was just fetched.
  Arena json_arena_;
  Clock clock_;

  WallTime floor_;  ///< From the record; earlier than every clock's own when there is none.
  WallTime kept_;   ///< What the record says, or will as soon as it is replaced.
  std::array<char, floor_record_bytes_max> floor_record_;
  std::size_t floor_record_bytes_ = 0;  ///< 0: nothing is to be stored.
  MonotonicTime clock_look_;            ///< When the clock is looked at though nothing happens.
  std::atomic<ClockTrust> trust_ = ClockTrust::Unknown;  ///< As it was last told,
  bool clock_told_ = false;                              ///< if it ever was.

  bool wake_others_ = false;
  bool draining_ = false;
  MonotonicTime drain_deadline_ = never;
};

// The first running lookup that `matches`; no_slot when there is none.
template <class Matches>
std::uint16_t Gateway::find_lookup(Matches matches) const {
  std::uint16_t slot = first_lookup_;
  while (slot != no_slot && !matches(lookups_[slot])) slot = lookups_[slot].next;
  return slot;
}

}  // namespace postern::gateway
