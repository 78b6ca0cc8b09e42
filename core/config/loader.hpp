#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "core/base/arena.hpp"
#include "core/config/config.hpp"
#include "core/config/load.hpp"
#include "core/config/reporter.hpp"
#include "core/config/schema.hpp"
#include "core/config/spot.hpp"

namespace postern::config {

/// Builds a Config from a parsed file. What check() has reported is read as if it were absent, so
/// that everything else that is wrong can be told in the same run. One part of the file per source
/// file.
class Loader {
 public:
  /// `file_scratch` is for one file beside the configuration at a time.
  Loader(FileReader& files, Arena& arena, std::span<std::byte> file_scratch, const Target& target,
         Reporter& report)
      : files_(files),
        arena_(arena),
        file_scratch_(file_scratch),
        target_(target),
        report_(report) {}

  /// Null when memory runs out. Only to be used when nothing was reported.
  const Config* load(const Spot& file);

 private:
  enum class Secrecy : std::uint8_t { Public, Secret };
  enum class UseOfTls : std::uint8_t { None, Possible, Certain };

  // load_basics.cpp
  void load_listeners(const Spot& list);
  void load_limits(const Spot& limits);
  void load_timeouts(const Spot& timeouts);
  void load_proxies(const Spot& list);
  void load_logging(const Spot& logging);

  // load_clock.cpp
  void load_clock(const Spot& clock);
  ClockPolicy load_clock_policy(const Spot& clock, std::string_view what,
                                const ClockPolicy& standard);

  // load_tls.cpp
  const ListenerTls* load_listener_tls(const Spot& spot);
  void load_identities(const Spot& spot, ListenerTls& listener);
  void find_overlaps(const Spot& more, std::span<const tls::Identity> identities);
  void load_peers(const Spot& providers, const Spot& upstreams);
  const PeerTls* load_peer_tls(const Spot& peer, UseOfTls use);
  static UseOfTls use_of_tls(const Provider& provider);
  static UseOfTls use_of_tls(const Upstream& upstream);

  // load_certificates.cpp
  bool load_identity(const Spot& spot, tls::Role role, tls::Identity& identity);
  std::span<const tls::TrustAnchor> load_anchors(const Spot& file);
  std::span<const tls::TrustAnchor> system_anchors(const Spot& where);
  [[nodiscard]] std::span<char> scratch_text(std::size_t bytes_max) const;
  std::span<const std::byte> load_pem(const Spot& file, Secrecy secrecy, std::string_view content,
                                      std::size_t bytes_max);

  // load_providers.cpp
  void load_providers(const Spot& map);
  void load_provider(const Spot& spot, Provider& provider);
  void load_introspection(const Spot& provider, Introspection& introspection);
  void load_userinfo(const Spot& spot, UserInfo& userinfo);
  void load_url(const Spot& where, Url& url);

  // load_credentials.cpp
  void load_credentials(const Spot& provider, Introspection& introspection);
  void refuse_other_credentials(const Spot& spot, ClientAuth used);
  const ClientKey* load_client_key(const Spot& spot);

  // load_keys.cpp
  void load_keys(const Spot& provider, KeySource& keys);
  void load_key_file(const Spot& file, KeySource& keys);
  void load_algorithms(const Spot& spot, Provider& provider);

  // load_files.cpp
  const ClientSecret* load_secret(const Spot& file);
  void report_file(const Spot& file, FileProblem problem, std::string_view content,
                   std::size_t bytes_max);
  void report_file(const Spot& file, FileProblem problem, std::string_view content,
                   std::span<const char> text);

  // load_needs.cpp
  void find_metadata(Provider& provider);
  bool check_needs(const Spot& where, Connector connector, bool revalidates, Provider& provider);
  void need_address(const Spot& where, Provider& provider, std::string_view what);

  // load_upstreams.cpp
  void load_upstreams(const Spot& map);
  void count_waits(const Spot& file);

  // load_endpoints.cpp
  void load_endpoints(const Spot& list);
  void load_endpoint(const Spot& spot, Endpoint& endpoint);
  void load_match(const Spot& match, Endpoint& endpoint);
  void load_prefix(const Spot& spot, Endpoint& endpoint);
  void load_enrich(const Spot& spot, Endpoint& endpoint);
  std::span<const Enrich> load_headers(const Spot& list);
  void load_rate(const Spot& spot, Endpoint& endpoint);
  void find_clashes(const Spot& spot, std::size_t index);
  void number_method(std::size_t index);
  void refuse_unused(const Spot& endpoint);

  // load_authenticate.cpp
  void load_authenticate(const Spot& spot, Endpoint& endpoint);
  void load_sources(const Spot& list, Authenticate& authenticate);
  void load_select(const Spot& spot, Authenticate& authenticate);
  bool load_selector(const Spot& spot, Select& select);
  std::uint16_t provider_called(const Spot& name, const Authenticate& authenticate);

  // load_authorize.cpp
  void load_authorize(const Spot& spot, Authorize& authorize);
  void load_claim_rule(const Spot& spot, ClaimRule& rule);

  // load_errors.cpp
  void load_errors(const Spot& spot, Errors& errors);
  void load_error_answer(const Spot& spot, ErrorAnswer& answer);

  // claim_slots.cpp
  void keep_revocable(const Spot& endpoints);
  void keep_binding(const Spot& endpoints);
  std::uint16_t slot_of(const Spot& where);
  std::optional<json::JsonPath> path_of(const Spot& where);
  std::uint16_t standard_slot(const Spot& rule, std::string_view path);
  std::uint16_t add_claim(const Spot& where, std::string_view text, const json::JsonPath& path);

  // Small things that many parts need.
  std::string_view keep(std::string_view text);
  std::string_view keep_lower(std::string_view text);
  /// As many as `count`, or none when memory is used up.
  template <class T>
  std::span<T> take(std::size_t count) {
    const std::span<T> items = arena_.take_array<T>(count);
    no_memory_ |= items.size() != count;
    return items;
  }
  /// Copies of a list's texts; ones that are empty or hold blanks or control bytes are reported.
  std::span<const std::string_view> texts(const Spot& list);
  /// The text, once it was found to be neither empty nor to hold control bytes.
  std::string_view printable(const Spot& spot);
  static std::int64_t number(const Spot& object, std::span<const Member> table,
                             std::string_view name);
  static Duration ms(const Spot& object, std::span<const Member> table, std::string_view name) {
    return milliseconds(number(object, table, name));
  }
  void reserve_header(const Spot& where, std::string_view name);

  static constexpr std::size_t reserved_max = 256;

  FileReader& files_;
  Arena& arena_;
  std::span<std::byte> file_scratch_;
  const Target& target_;
  Reporter& report_;
  Config* config_ = nullptr;
  bool no_memory_ = false;

  std::span<Provider> providers_;
  std::span<Upstream> upstreams_;
  std::span<const tls::TrustAnchor> system_anchors_;
  std::span<Endpoint> endpoints_;
  std::array<Claim, claim_slots_max> claims_{};
  std::size_t claim_count_ = 0;
  std::array<std::string_view, reserved_max> reserved_{};
  std::size_t reserved_count_ = 0;
};

/// The index of the word that the text at `spot` is; `standard` when it is none of them.
template <std::size_t count>
std::size_t word_index(const Spot& spot, const std::string_view (&words)[count],
                       std::size_t standard) {
  for (std::size_t i = 0; i < count; ++i) {
    if (spot.text() == words[i]) return i;
  }
  return standard;
}

}  // namespace postern::config
