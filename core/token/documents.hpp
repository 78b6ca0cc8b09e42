#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "core/base/arena.hpp"
#include "core/base/time.hpp"
#include "core/token/connector.hpp"
#include "core/token/provider.hpp"

namespace postern::token {

/// The request for a document. REQUIRES: its address is known (Provider::address).
ProviderRequest document_request(const Provider& provider, Document document);

/// What an answer to document_request() was good for.
struct DocumentOutcome {
  std::optional<ProviderError> problem;  ///< Nothing: it was published to all engines.
  bool keys_gone = false;  ///< A key that served is gone: what it verified is not to be believed.
  bool try_elsewhere = false;  ///< Metadata: there may be some at the second place.
};

/// Reads the answer and publishes what is usable in it; otherwise nothing changes, and
/// Published::fetch_failed() is the caller's to call. A key set (RFC 7517) is usable when at least
/// one key is; metadata (RFC 8414 section 3.2, OpenID Connect Discovery section 4.3) when its
/// `issuer` is, character by character, the configured one. Of its addresses those are taken that
/// this gateway would accept in its own file; not plain http where the issuer is https, not https
/// where the configuration has nobody to trust (config::Provider::tls), and not a link-local
/// address where the issuer has none. `keys`: limits.keys, as scratch. `arena`: for the parsed
/// answer.
DocumentOutcome take_document(Provider& provider, Document document, const ProviderAnswer& answer,
                              MonotonicTime now, std::span<crypto::VerificationKey> keys,
                              Arena& arena);

/// Bounds on a document beside `provider_answer_bytes`.
inline constexpr std::size_t document_depth_max = 16;
inline constexpr std::size_t document_values_max = 4096;
/// Arena that the addresses in metadata need beside the parsed answer.
inline constexpr std::size_t document_address_bytes =
    4 * discovered_service_count * discovered_address_bytes_max;

}  // namespace postern::token
