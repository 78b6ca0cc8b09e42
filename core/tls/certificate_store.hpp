#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/base/arena.hpp"
#include "core/base/spin_lock.hpp"
#include "core/tls/identity.hpp"
#include "core/tls/parsed_identity.hpp"

namespace postern::tls {

/// The identities that handshakes choose from, and that can be replaced while some are using them.
/// Each replacement is a new generation; a handshake keeps those it began with (a Lease), and a
/// generation that nobody holds any more is wiped.
///
/// Two threads may use a store: the one whose handshakes take leases, and one that replaces. A
/// store per engine, not per process: mbedTLS locks an RSA key for as long as it signs.
class CertificateStore {
 private:
  struct Generation {
    ParsedIdentity parsed;
    std::uint32_t lease_count = 0;
    bool in_use = false;
  };

 public:
  /// What a handshake holds until it is over: an identity, or two when there is one with an RSA key
  /// and one without, between which the peer's abilities decide.
  class Lease {
   public:
    Lease() = default;
    ~Lease() { release(); }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    Lease(Lease&& other) noexcept { *this = static_cast<Lease&&>(other); }
    Lease& operator=(Lease&& other) noexcept;

    /// 0, 1 or 2. The cheaper key is first.
    [[nodiscard]] std::size_t size() const { return count_; }
    /// REQUIRES, as key(): index < size(). The chain; its first is the gateway's own certificate.
    [[nodiscard]] mbedtls_x509_crt* certificate(std::size_t index = 0) const {
      return held_[index].generation->parsed.chain();
    }
    [[nodiscard]] mbedtls_pk_context* key(std::size_t index = 0) const {
      return held_[index].generation->parsed.key();
    }
    void release();

   private:
    friend class CertificateStore;
    struct Held {
      std::uint16_t entry = 0;
      Generation* generation = nullptr;
    };
    void add(const Held& held);

    CertificateStore* store_ = nullptr;
    std::array<Held, 2> held_;
    std::size_t count_ = 0;
  };

  /// What create() takes of an arena.
  static constexpr std::size_t bytes(std::size_t identity_count) {
    return sizeof(CertificateStore) + identity_count * sizeof(Entry) + alignof(std::max_align_t);
  }
  /// What mbedTLS's memory must have for a store of `identities` and what parsing needs meanwhile;
  /// each twice where they are replaced, since the old one is there until the new one is.
  static std::size_t library_bytes(std::span<const Identity> identities, bool replaced = true);

  /// A store of `identities`, which outlive it and were found well. Null: `arena` or mbedTLS's
  /// memory is used up. Call destroy() in the end, or never.
  static CertificateStore* create(Arena& arena, std::span<const Identity> identities, Role role);
  /// Wipes it all. REQUIRES: no lease is held.
  void destroy();

  /// The identity for a client that asks for `name` (SNI; empty: it did not): one that is for just
  /// that name, else one with a wildcard, else the first of all. Of several that fit alike the one
  /// that was configured first, with an RSA key and without apart.
  [[nodiscard]] Lease choose(std::string_view name);

  /// Puts a new generation in the place of `which`, one of those given to create(). On a problem
  /// the old one stays; NoMemory also when two older ones are still in use.
  [[nodiscard]] IdentityProblem replace(const Identity& which, std::span<const std::byte> chain,
                                        std::span<const std::byte> key);
  /// `which` is one of those given to create().
  [[nodiscard]] bool holds(const Identity& which) const;

 private:
  // The current one, one that handshakes still hold, and one that is being made.
  static constexpr std::size_t generations_max = 3;

  struct Entry {
    const Identity* identity = nullptr;
    SpinLock lock;
    std::array<Generation, generations_max> generations;
    Generation* current = nullptr;
  };

  CertificateStore(std::span<Entry> entries, Role role) : entries_(entries), role_(role) {}

  static Generation* pin(Entry& entry);
  static void unpin(Entry& entry, Generation& generation);
  static void free(Entry& entry, Generation& generation);
  static IdentityProblem renew(Entry& entry, std::span<const std::byte> chain,
                               std::span<const std::byte> key, Role role);
  /// Adds the best match for `name` with a key of this kind.
  void add_best(Lease& lease, std::string_view name, bool rsa);

  std::span<Entry> entries_;
  Role role_;
};

}  // namespace postern::tls
