// How TLS is spoken: by listeners, with providers, with upstreams.
#include <algorithm>
#include <array>
#include <bit>

#include "core/config/loader.hpp"
#include "core/config/tables.hpp"

namespace postern::config {
namespace {

bool is_secure(const Url& url) { return url.present() && url.secure; }

}  // namespace

// Metadata that was had with https names nothing but https, and other metadata may.
Loader::UseOfTls Loader::use_of_tls(const Provider& provider) {
  const bool discovers = provider.discovery && provider.discovery->used;
  const bool has_secure = (provider.introspection && is_secure(provider.introspection->url)) ||
                          is_secure(provider.keys.url) ||
                          (provider.userinfo && is_secure(provider.userinfo->url)) ||
                          (discovers && provider.discovery->openid.secure);
  if (has_secure) return UseOfTls::Certain;
  return discovers ? UseOfTls::Possible : UseOfTls::None;
}

Loader::UseOfTls Loader::use_of_tls(const Upstream& upstream) {
  return std::any_of(upstream.servers.begin(), upstream.servers.end(), is_secure)
             ? UseOfTls::Certain
             : UseOfTls::None;
}

const ListenerTls* Loader::load_listener_tls(const Spot& spot) {
  if (!spot.value().is(json::Type::Object)) return nullptr;
  const std::span<ListenerTls> place = take<ListenerTls>(1);
  if (place.empty()) return nullptr;
  ListenerTls& listener = place.front();
  load_identities(spot, listener);
  const Spot anchors = spot.member("client_ca_file");
  const Spot wanted = spot.member("client_certificate");
  listener.client_anchors = load_anchors(anchors);
  listener.client_ca_file = keep(anchors.text());
  if (anchors.present()) {
    listener.client_certificate =
        wanted.text() == "optional" ? ClientCertificate::Optional : ClientCertificate::Required;
  } else if (wanted.present()) {
    report_.add(anchors, {"is missing, and nobody else can say which certificates are valid"},
                {"add the file with the authorities of the clients' certificates"});
  }
  listener.min_version =
      static_cast<TlsVersion>(word_index(spot.member("min_version"), tables::tls_versions, 0));
  listener.max_fragment =
      static_cast<std::uint16_t>(number(spot, tables::listener_tls_members, "max_fragment"));
  return &listener;
}

void Loader::load_identities(const Spot& spot, ListenerTls& listener) {
  const Spot more = spot.member("certificates");
  const std::span<tls::Identity> identities =
      take<tls::Identity>(1 + (more.value().is(json::Type::Array) ? more.size() : 0));
  if (identities.empty()) return;
  std::size_t count = 0;
  bool are_well = load_identity(spot, tls::Role::Server, identities[count++]);
  more.for_each([&](const Spot& child) {
    if (count == identities.size() || !child.value().is(json::Type::Object)) return;
    are_well &= load_identity(child, tls::Role::Server, identities[count++]);
  });
  listener.identities = identities.first(count);
  if (are_well) find_overlaps(more, listener.identities);
}

// A name that an earlier one is for, too: nobody would ever see the later one.
void Loader::find_overlaps(const Spot& more, std::span<const tls::Identity> identities) {
  std::size_t index = 0;
  more.for_each([&](const Spot& spot) {
    if (++index >= identities.size()) return;
    for (const tls::Identity& earlier : identities.first(index)) {
      std::array<char, 64> memory;
      const std::string_view name = tls::shared_name(earlier, identities[index], memory);
      if (name.empty()) continue;
      report_.add(spot.member("certificate_file"),
                  {"is for ", name, ", which ", earlier.certificate_file, " is for, too"},
                  {"take one of them out, or get one without that name"});
      return;
    }
  });
}

void Loader::load_peers(const Spot& providers, const Spot& upstreams) {
  std::size_t index = 0;
  providers.for_each([&](const Spot& spot) {
    if (index == providers_.size()) return;
    Provider& provider = providers_[index++];
    provider.tls = load_peer_tls(spot, use_of_tls(provider));
  });
  index = 0;
  upstreams.for_each([&](const Spot& spot) {
    if (index == upstreams_.size()) return;
    Upstream& upstream = upstreams_[index++];
    upstream.tls = load_peer_tls(spot, use_of_tls(upstream));
  });
}

const PeerTls* Loader::load_peer_tls(const Spot& peer, UseOfTls use) {
  const Spot spot = peer.member("tls");
  if (use == UseOfTls::None && spot.present()) {
    report_.add(spot, {"is not used: no URL is https"}, {"write https URLs, or take it out"});
  }
  if (use == UseOfTls::None || (use == UseOfTls::Possible && !spot.present())) return nullptr;
  const std::span<PeerTls> place = take<PeerTls>(1);
  if (place.empty()) return nullptr;
  PeerTls& tls = place.front();
  const Spot anchors = spot.member("ca_file");
  tls.anchors = anchors.present() ? load_anchors(anchors) : system_anchors(spot);
  tls.ca_file = keep(anchors.text());

  const Spot certificate = spot.member("certificate_file");
  const Spot key = spot.member("key_file");
  if (certificate.present() != key.present()) {
    report_.add(certificate.present() ? key : certificate,
                {"is missing: a certificate and its key go together"}, {"add it"});
  } else if (certificate.present()) {
    const std::span<tls::Identity> identity = take<tls::Identity>(1);
    if (!identity.empty()) load_identity(spot, tls::Role::Client, identity.front());
    tls.identity = identity.data();
  }

  const Spot fragment = spot.member("max_fragment");
  if (!fragment.present()) return &tls;
  tls.max_fragment =
      static_cast<std::uint16_t>(number(spot, tables::peer_tls_members, "max_fragment"));
  if (tls.max_fragment != 0 && !std::has_single_bit(tls.max_fragment)) {
    report_.add(fragment, {Shown(fragment.value()), " is none of the four that can be asked for"},
                {"write 512, 1024, 2048 or 4096"});
  }
  return &tls;
}

}  // namespace postern::config
