#pragma once

#include <mbedtls/ssl.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "core/base/time.hpp"
#include "core/crypto/thumbprint.hpp"
#include "core/platform.hpp"
#include "core/tls/context.hpp"
#include "core/tls/failure.hpp"
#include "core/tls/saved_session.hpp"

namespace postern::tls {

/// What one call sees of the connection: records that came from the peer, and room for records to
/// the peer. Each call takes from the front of the one and writes to the front of the other.
struct Records {
  std::string_view in;
  std::span<char> out;
  std::size_t taken = 0;  ///< Bytes of `in` that were used up.
  std::size_t made = 0;   ///< Bytes of `out` that were written.
};

/// Whom a connection is meant for.
struct PeerName {
  std::string_view host;  ///< Lower case; an address without brackets.
  Address literal;        ///< Where `host` is an address; else family None.
};

/// One connection with TLS, from its first record to its close_notify. Knows no socket and waits
/// for nothing: records and plain bytes are lent to each call.
///
///   (free) ─begin─► handshake ─► read, write ─► close_notify ─end─► (free)
///                       └──────────► failed ──────────────────end─► (free)
///
/// Between begin and end it holds memory of mbedTLS's block (core/crypto/working_memory.hpp).
class Session {
 public:
  /// Bytes that a record is longer than its plain text, at most: header, tag, and with TLS 1.2 the
  /// nonce.
  static constexpr std::size_t record_overhead = 64;
  /// The longest plain text of a record that is sent.
  static constexpr std::uint16_t fragment_max = MBEDTLS_SSL_OUT_CONTENT_LEN;

  /// False: no memory. It is ended all the same.
  [[nodiscard]] bool begin(ServerContext& context);
  /// `saved`: resumes from it and keeps what the peer sends to resume by; outlives the session.
  [[nodiscard]] bool begin(ClientContext& context, const PeerName& peer, SavedSession& saved,
                           const Clock& clock);
  /// Gives all memory back, wiped.
  void end();

  enum class Step : std::uint8_t {
    Again,        ///< Cheap, and there is more to do.
    Costly,       ///< Took a private or public key's operation: let others go first, then again.
    NeedRecords,  ///< The peer's next record is not whole.
    NeedRoom,     ///< Send what was made, then again.
    Done,         ///< The peer is who it should be. read() and write() from now on.
    Failed,       ///< See failure(). What was made is the alert.
  };
  /// One step of the handshake. At most some milliseconds (an ECDSA or RSA operation).
  Step handshake(Records& records, const Clock& clock);

  enum class Flow : std::uint8_t {
    Moved,        ///< Some bytes.
    NeedRecords,  ///< read(): nothing whole is there.
    NeedRoom,     ///< Send what was made, then again.
    Ended,        ///< read(): close_notify. What comes behind it is not looked at.
    Failed,       ///< See failure(). What was made is the alert.
  };
  /// Plain bytes from the peer into `plain`. REQUIRES: Done; `plain` is not empty.
  Flow read(Records& records, std::span<char> plain, std::size_t& count, const Clock& clock);
  /// Protects bytes from the front of `plain`, one record of at most `fragment` bytes.
  /// REQUIRES: Done; `plain` is not empty.
  Flow write(Records& records, std::string_view plain, std::size_t fragment, std::size_t& count);
  /// Says that no more will come. Moved or NeedRoom.
  Flow close_notify(Records& records);

  [[nodiscard]] Failure failure() const { return failure_; }
  /// What mbedTLS said to it, for the log; 0: nothing.
  [[nodiscard]] int detail() const { return detail_; }
  /// Plain bytes lie ready although no records are waiting.
  [[nodiscard]] bool holds_plain() const;
  /// Keys of an earlier session served: no certificate was shown.
  [[nodiscard]] bool resumed() const { return !full_; }
  /// Of the certificate the peer showed, which was verified: `x5t#S256` of RFC 8705. Nothing when
  /// it showed none.
  [[nodiscard]] const std::optional<crypto::Thumbprint>& peer_certificate() const { return peer_; }

  /// For ServerContext: mbedTLS asks it after a ClientHello.
  static int choose_certificate(mbedtls_ssl_context* ssl);

 private:
  CertificateStore::Lease& lease() {
    return *reinterpret_cast<CertificateStore::Lease*>(lease_place_.data());
  }
  bool begin_common(const mbedtls_ssl_config& config);
  void lend(Records& records, const Clock* clock);
  void take_back();
  Step finish_handshake(const Clock& clock);
  Step failed(int code);
  void free_handshake();
  void keep_session(const Clock& clock);
  static int take_records(void* session, unsigned char* bytes, std::size_t byte_count);
  static int make_records(void* session, const unsigned char* bytes, std::size_t byte_count);
  static int check_certificate(void* session, mbedtls_x509_crt* certificate, int depth,
                               std::uint32_t* flags);

  mbedtls_ssl_context ssl_;
  ServerContext* server_ = nullptr;
  SavedSession* saved_ = nullptr;
  alignas(CertificateStore::Lease) std::array<
      std::byte,
      sizeof(CertificateStore::Lease)> lease_place_;  ///< Bytes, since a session lives in a pool,
                                                      ///< which destroys nothing.
  Records* records_ = nullptr;                        ///< Of the present call.
  const Clock* clock_ = nullptr;                      ///< Likewise.
  ClockPolicy dates_;
  Address literal_;
  Failure failure_ = Failure::None;
  int detail_ = 0;
  bool full_ = false;
  std::optional<crypto::Thumbprint> peer_;
};

}  // namespace postern::tls
