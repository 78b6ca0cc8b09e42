#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <string_view>

#include "core/base/spin_lock.hpp"
#include "core/base/time.hpp"
#include "core/config/config.hpp"
#include "core/crypto/jwk.hpp"

namespace postern::token {

/// What a provider publishes for everybody, as opposed to its answers about one token.
enum class Document : std::uint8_t {
  Metadata,  ///< Where its endpoints are (OpenID Connect Discovery 1.0, RFC 8414).
  KeySet,    ///< The keys it signs with (RFC 7517).
};
inline constexpr std::size_t document_count = 2;

/// What of a provider is asked, each at an address of its own.
enum class Service : std::uint8_t { Introspection, KeySet, UserInfo, Metadata };
inline constexpr Service services[] = {Service::Introspection, Service::KeySet, Service::UserInfo,
                                       Service::Metadata};
inline constexpr std::size_t service_count = std::size(services);

/// The addresses that metadata gives.
inline constexpr std::size_t discovered_service_count = 3;
inline constexpr std::size_t discovered_address_bytes_max = 256;

/// Keys that may have made one signature: copies, so that nobody waits while one is used.
struct KeyCandidates {
  /// A token without `kid` is checked with at most so many keys; with more it names none of them.
  static constexpr std::size_t count_max = 4;

  std::array<crypto::PublicKey, count_max> keys;
  std::size_t count = 0;
  bool too_many = false;
};

/// Adds those of `keys` that may verify `algorithm`: the ones called `kid`, or all where the token
/// has none.
void select_keys(std::span<const crypto::VerificationKey> keys, const crypto::KeyName* kid,
                 crypto::SignatureAlgorithm algorithm, KeyCandidates& candidates);

/// What one provider publishes, as all engines share it; and when it may be fetched.
///
///            begin_fetch: Granted
///   Absent ────────────────────────► fetched: Fresh ── its time is over ─► Stale (still used)
///     ▲        failed: stays what it was; next attempt after the cool-down      │
///     └────────────── not fetched again for as long as it may serve ◄───────────┘
///
/// What is good is never dropped for a failed fetch or an empty answer. Every attempt is stamped
/// before it is made, so however many tokens ask for it, a document is fetched at most once per
/// cool-down. Thread-safe; the lock is held for a copy of at most limits.keys keys.
class Published {
 public:
  /// An attempt that found nobody to talk to is no burden on the provider: tried again after this.
  static constexpr Duration retry_unreachable = seconds(1);
  /// How long metadata counts as fresh: endpoints move rarely.
  static constexpr Duration metadata_refresh = seconds(3600);

  /// `keys`: memory for limits.keys keys; empty for a provider whose keys are never fetched.
  Published(const config::Provider& provider, std::span<crypto::VerificationKey> keys)
      : provider_(&provider), keys_(keys) {}
  Published(const Published&) = delete;
  Published& operator=(const Published&) = delete;

  enum class State : std::uint8_t { Absent, Fresh, Stale };
  [[nodiscard]] State state(Document document, MonotonicTime now) const;

  /// It was there once, in this process.
  [[nodiscard]] bool was_fetched(Document document) const;

  struct Permit {
    enum class Kind : std::uint8_t {
      Granted,  ///< The caller fetches, and says how it went before `when`.
      Running,  ///< Another engine does, until `when`.
      Later,    ///< Nobody may before `when`.
    };
    Kind kind = Kind::Later;
    MonotonicTime when;
  };
  /// Asks to fetch; stamps the attempt when granted.
  [[nodiscard]] Permit begin_fetch(Document document, MonotonicTime now);
  /// Whether begin_fetch() would say Running.
  [[nodiscard]] bool is_being_fetched(Document document, MonotonicTime now) const;
  /// Whether begin_fetch() would not say Later.
  [[nodiscard]] bool may_fetch(Document document, MonotonicTime now) const;
  /// How long until then.
  [[nodiscard]] Duration time_to_fetch(Document document, MonotonicTime now) const;
  /// The granted fetch brought nothing usable. `reached`: there was an answer, or part of one.
  void fetch_failed(Document document, MonotonicTime now, bool reached);

  /// The granted fetch brought keys, the first limits.keys of which are kept. `fresh`: how long
  /// they are, as the provider says; it only shortens `refresh_s`. True when a key that served is
  /// gone: what it has verified must not be believed any longer. REQUIRES: at least one key.
  bool publish_keys(std::span<const crypto::VerificationKey> keys, MonotonicTime now,
                    std::optional<std::uint32_t> fresh_s);

  /// The granted fetch brought metadata: addresses by Service; empty ones are absent. Those longer
  /// than discovered_address_bytes_max count as absent.
  void publish_addresses(const std::array<std::string_view, discovered_service_count>& addresses,
                         MonotonicTime now);

  /// The keys that may have made a signature; none when their time is over.
  void find_keys(const crypto::KeyName* kid, crypto::SignatureAlgorithm algorithm,
                 MonotonicTime now, KeyCandidates& candidates) const;

  /// Remembers that a fetch is made for the sake of a key of this name. Unless the fetch fails, the
  /// name causes no other for some cool-downs: a client that clings to a key of last year does not
  /// keep the provider busy.
  void note_asked_for(const crypto::KeyName& kid, MonotonicTime now);
  [[nodiscard]] bool was_asked_for(const crypto::KeyName& kid, MonotonicTime now) const;

  /// Changes with every publish_addresses().
  [[nodiscard]] std::uint32_t address_version() const;
  /// Copies an address to the front of `into`; empty when absent.
  [[nodiscard]] std::string_view address(Service service,
                                         std::span<char, discovered_address_bytes_max> into) const;

 private:
  struct Fetch {
    bool present = false;
    bool running = false;
    MonotonicTime next_attempt;  ///< Also the end of what is running.
    MonotonicTime fresh_until;
    MonotonicTime usable_until;
  };
  struct AskedFor {
    crypto::KeyName name{};
    MonotonicTime until;
  };
  struct Address {
    std::array<char, discovered_address_bytes_max> text;
    std::size_t size = 0;
  };

  [[nodiscard]] const Fetch& fetch(Document document) const {
    return fetches_[static_cast<std::size_t>(document)];
  }
  Fetch& fetch(Document document) { return fetches_[static_cast<std::size_t>(document)]; }
  void fetched(Document document, MonotonicTime now, Duration fresh, Duration usable);

  mutable SpinLock lock_;
  const config::Provider* provider_;
  std::span<crypto::VerificationKey> keys_;
  std::size_t key_count_ = 0;
  std::array<Fetch, document_count> fetches_{};
  std::array<AskedFor, 16> asked_for_{};  ///< A ring.
  std::size_t asked_next_ = 0;
  std::array<Address, discovered_service_count> addresses_{};
  std::uint32_t address_version_ = 0;
};

}  // namespace postern::token
