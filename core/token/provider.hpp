#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "core/base/arena.hpp"
#include "core/config/config.hpp"
#include "core/token/published.hpp"

namespace postern::token {

/// What is wrong with a provider or its answer: 503 with Retry-After for the client, never a
/// verdict on the token, never cached. The first four are said by the caller, who has the
/// connection.
enum class ProviderError : std::uint8_t {
  Unreachable,     ///< No address, no connection.
  TimedOut,        ///< Not whole within the provider's `response_ms`.
  BrokenAnswer,    ///< Not HTTP, or cut off.
  AnswerTooLarge,  ///< Body longer than `provider_answer_bytes`.

  CredentialsRefused,  ///< 401 or 403: it does not accept this gateway. An operator must act.
  Throttled,           ///< 429.
  Redirect,            ///< 3xx; never followed: the request carries a token and our credentials.
  UnexpectedStatus,    ///< Any other status but 200.
  NotJson,             ///< Another content type, a content coding, or not one JSON object with
                       ///< unique members within our bounds.
  NoVerdict,           ///< `active` is absent or not a boolean.
  MalformedClaim,      ///< A date that is no number or beyond 2^53; an issuer that is no string.
  NoMetadata,          ///< Metadata of another issuer, or without an address that is needed.
  NoKeys,              ///< No usable key: its key set was never fetched, or is too old by now.
  FactsTooLarge,       ///< The claims the configuration uses need more than `facts_bytes`.
  RequestTooLarge,     ///< Ours: the request does not fit the scratch memory.
  NoMemory,            ///< Ours: a signature could not be checked.
  ClockUnknown,        ///< Nobody's: a date must be judged here, and not by this clock.
};
inline constexpr std::size_t provider_error_count =
    static_cast<std::size_t>(ProviderError::ClockUnknown) + 1;

/// Stable word for the log and for counters, such as "provider-unreachable".
std::string_view name(ProviderError error);

/// Seconds a client is told to wait after a provider's fault: what the provider itself asked for
/// (Retry-After), but at most a minute, since the next request asks it again anyway; and a short
/// time when it did not say.
inline constexpr std::uint32_t retry_after_default_s = 2;
inline constexpr std::uint32_t retry_after_max_s = 60;

/// Whether tokens can ever cause this service to be asked.
bool is_asked(const config::Provider& provider, Service service);

/// A provider as one engine sees it: its configuration, what is computed from that once, and how it
/// behaved last.
class Provider {
 public:
  Provider() = default;
  /// Takes at most memory_bytes() from `arena`. REQUIRES: `config`, `published` and the arena
  /// outlive it.
  Provider(const config::Provider& config, std::uint16_t index, Published& published, Arena& arena);
  static std::size_t memory_bytes(const config::Provider& config);

  [[nodiscard]] const config::Provider& config() const { return *config_; }
  [[nodiscard]] std::uint16_t index() const { return index_; }
  [[nodiscard]] Published& published() const { return *published_; }

  /// Where `service` is asked: as configured, else as the metadata said when adopt_metadata() was
  /// called last. Null while nobody has said it. The place of the URL never changes, its content
  /// may.
  [[nodiscard]] const config::Url* address(Service service) const;
  /// Where the metadata itself is asked for, the second place when the first has none.
  void use_second_metadata_place(bool second) { second_metadata_place_ = second; }
  [[nodiscard]] bool uses_second_metadata_place() const { return second_metadata_place_; }

  /// Takes over the addresses that any engine has learned since. Returns a bit per Service whose
  /// address is another one now.
  unsigned adopt_metadata();
  /// The URL that metadata may fill in, for who connects to it; null where nothing is discovered.
  [[nodiscard]] const config::Url* discovered_place(Service service) const;

  /// The Authorization value of client_secret_basic; empty with any other client authentication.
  /// A secret: it goes into requests to this provider and nowhere else.
  [[nodiscard]] std::string_view authorization() const { return authorization_; }

  /// Notes a fault. True when it is news: the provider was well before, or had another fault; so
  /// that a log tells each one once.
  bool note_fault(ProviderError error);
  /// Notes a usable answer. True when it is news: the provider was at fault before.
  bool note_answer();
  /// The fault that lasts.
  [[nodiscard]] std::optional<ProviderError> fault() const { return fault_; }

 private:
  /// An address from metadata, in pieces that refer to `memory`.
  struct Discovered {
    config::Url url;
    std::array<std::byte, 3 * discovered_address_bytes_max> memory;
  };

  const config::Provider* config_ = nullptr;
  Published* published_ = nullptr;
  std::span<Discovered> discovered_;  ///< By Service; empty when nothing is discovered.
  std::uint32_t address_version_ = 0;
  bool second_metadata_place_ = false;
  std::string_view authorization_;
  std::uint16_t index_ = 0;
  std::optional<ProviderError> fault_;
};

}  // namespace postern::token
