#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/arena.hpp"
#include "core/config/config.hpp"

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
  FactsTooLarge,       ///< The claims the configuration uses need more than `facts_bytes`.
  RequestTooLarge,     ///< Ours: the request does not fit the scratch memory.
  ClockUnknown,        ///< Nobody's: a date must be judged here and the year is not known.
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

/// A provider as one engine sees it: its configuration, what is computed from that once, and how it
/// behaved last.
class Provider {
 public:
  Provider() = default;
  /// Takes at most memory_bytes() from `arena`. REQUIRES: `config` and the arena outlive it.
  Provider(const config::Provider& config, std::uint16_t index, Arena& arena);
  static std::size_t memory_bytes(const config::Provider& config);

  [[nodiscard]] const config::Provider& config() const { return *config_; }
  [[nodiscard]] std::uint16_t index() const { return index_; }

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
  const config::Provider* config_ = nullptr;
  std::string_view authorization_;
  std::uint16_t index_ = 0;
  std::optional<ProviderError> fault_;
};

}  // namespace postern::token
