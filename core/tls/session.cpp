#include "core/tls/session.hpp"

#include <mbedtls/build_info.h>
#include <mbedtls/error.h>
#include <mbedtls/oid.h>
#include <mbedtls/platform.h>
#include <mbedtls/ssl.h>

#include <algorithm>
#include <cstring>
#include <new>

#include "core/base/assert.hpp"
#include "core/crypto/digest.hpp"
#include "core/tls/certificate_check.hpp"

// Of mbedTLS 3.6, within the library; see Session::free_handshake().
static_assert(MBEDTLS_VERSION_NUMBER >> 16U == 0x0306);
extern "C" {
void mbedtls_ssl_handshake_wrapup_free_hs_transform(mbedtls_ssl_context* ssl);
void mbedtls_ssl_transform_free(mbedtls_ssl_transform* transform);
}

namespace postern::tls {
namespace {

const unsigned char* unsigned_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// The states in which a key is used. The rest takes microseconds.
bool is_costly(const mbedtls_ssl_context& ssl, int state) {
  switch (state) {
    case MBEDTLS_SSL_CLIENT_HELLO:  // TLS 1.3: a client makes its share
    case MBEDTLS_SSL_SERVER_CERTIFICATE:
    case MBEDTLS_SSL_SERVER_KEY_EXCHANGE:
    case MBEDTLS_SSL_CLIENT_CERTIFICATE:
    case MBEDTLS_SSL_CLIENT_KEY_EXCHANGE:
    case MBEDTLS_SSL_CERTIFICATE_VERIFY:
    case MBEDTLS_SSL_CLIENT_CERTIFICATE_VERIFY:
      return true;
    case MBEDTLS_SSL_SERVER_HELLO:
      return mbedtls_ssl_get_version_number(&ssl) == MBEDTLS_SSL_VERSION_TLS1_3;
    default:
      return false;
  }
}

// The peer's certificate is what is wrong: mbedTLS's flags say why. With other failures they say
// what was the matter before: that nobody asked for one, for instance.
bool is_about_certificate(int code) {
  return code == MBEDTLS_ERR_X509_CERT_VERIFY_FAILED || code == MBEDTLS_ERR_SSL_BAD_CERTIFICATE;
}

bool is_out_of_memory(int code) {
  // The cause stands in the lowest seven bits when what it has prevented stands above them.
  constexpr int cause = 0x7F;
  switch (-(-code & cause)) {
    case MBEDTLS_ERR_MPI_ALLOC_FAILED:
    case MBEDTLS_ERR_ASN1_ALLOC_FAILED:
      return true;
    default:
      break;
  }
  switch (code) {
    case MBEDTLS_ERR_SSL_ALLOC_FAILED:
    case MBEDTLS_ERR_X509_ALLOC_FAILED:
    case MBEDTLS_ERR_PK_ALLOC_FAILED:
    case MBEDTLS_ERR_ECP_ALLOC_FAILED:
    case MBEDTLS_ERR_CIPHER_ALLOC_FAILED:
    case MBEDTLS_ERR_MD_ALLOC_FAILED:
      return true;
    default:
      return false;
  }
}

}  // namespace

bool Session::begin_common(const mbedtls_ssl_config& config) {
  new (lease_place_.data()) CertificateStore::Lease;
  mbedtls_ssl_init(&ssl_);
  mbedtls_ssl_set_user_data_p(&ssl_, this);
  mbedtls_ssl_set_bio(&ssl_, this, make_records, take_records, nullptr);
  mbedtls_ssl_set_verify(&ssl_, check_certificate, this);
  return mbedtls_ssl_setup(&ssl_, &config) == 0;
}

bool Session::begin(ServerContext& context) {
  server_ = &context;
  context.anchors().take_new();
  dates_ = context.dates();
  return begin_common(context.config());
}

bool Session::begin(ClientContext& context, const PeerName& peer, SavedSession& saved,
                    const Clock& clock) {
  saved_ = &saved;
  dates_ = context.dates();
  literal_ = peer.literal;
  if (!begin_common(context.config())) return false;
  // A name is sent (RFC 6066 section 3) and compared by mbedTLS; an address is neither, and
  // compared by check_certificate().
  std::array<char, MBEDTLS_SSL_MAX_HOST_NAME_LEN + 1> host{};
  const bool by_name = peer.literal.family == Address::Family::None;
  if (peer.host.size() >= host.size()) return false;
  std::copy_n(peer.host.data(), peer.host.size(), host.data());
  if (mbedtls_ssl_set_hostname(&ssl_, by_name ? host.data() : nullptr) != 0) return false;
  const std::span<const std::byte> earlier = saved.bytes(clock.now);
  if (earlier.empty()) return true;
  mbedtls_ssl_session session;
  mbedtls_ssl_session_init(&session);
  const bool usable =
      mbedtls_ssl_session_load(&session, reinterpret_cast<const unsigned char*>(earlier.data()),
                               earlier.size()) == 0 &&
      mbedtls_ssl_set_session(&ssl_, &session) == 0;
  mbedtls_ssl_session_free(&session);
  if (!usable) saved.forget();
  return true;
}

void Session::end() {
  mbedtls_ssl_free(&ssl_);
  lease().release();
}

void Session::lend(Records& records, const Clock* clock) {
  records_ = &records;
  clock_ = clock;
}

void Session::take_back() {
  records_ = nullptr;
  clock_ = nullptr;
}

int Session::take_records(void* session, unsigned char* bytes, std::size_t byte_count) {
  Records& records = *static_cast<Session*>(session)->records_;
  const std::size_t count = std::min(byte_count, records.in.size() - records.taken);
  if (count == 0) return MBEDTLS_ERR_SSL_WANT_READ;
  std::memcpy(bytes, records.in.data() + records.taken, count);
  records.taken += count;
  return static_cast<int>(count);
}

int Session::make_records(void* session, const unsigned char* bytes, std::size_t byte_count) {
  Records& records = *static_cast<Session*>(session)->records_;
  const std::size_t count = std::min(byte_count, records.out.size() - records.made);
  if (count == 0) return MBEDTLS_ERR_SSL_WANT_WRITE;
  std::memcpy(records.out.data() + records.made, bytes, count);
  records.made += count;
  return static_cast<int>(count);
}

int Session::check_certificate(void* session, mbedtls_x509_crt* certificate, int depth,
                               std::uint32_t* flags) {
  const Session& self = *static_cast<const Session*>(session);
  POSTERN_ASSERT(self.clock_ != nullptr);
  *flags |= date_flags(*certificate, *self.clock_, self.dates_);
  if (depth != 0 || self.server_ != nullptr) return 0;
  // A name counts as an alternative name only, never as the subject's common name, to which mbedTLS
  // would fall back (RFC 9525 section 2).
  const bool by_name = self.literal_.family == Address::Family::None;
  const bool fits =
      by_name ? mbedtls_x509_crt_has_ext_type(certificate, MBEDTLS_X509_EXT_SUBJECT_ALT_NAME) != 0
              : is_for_address(*certificate, self.literal_);
  if (!fits) *flags |= MBEDTLS_X509_BADCERT_CN_MISMATCH;
  return 0;
}

int Session::choose_certificate(mbedtls_ssl_context* ssl) {
  Session& self = *static_cast<Session*>(mbedtls_ssl_get_user_data_p(ssl));
  std::size_t name_bytes = 0;
  const unsigned char* const name = mbedtls_ssl_get_hs_sni(ssl, &name_bytes);
  CertificateStore::Lease& lease = self.lease();
  lease = self.server_->certificates().choose({reinterpret_cast<const char*>(name), name_bytes});
  for (std::size_t i = 0; i < lease.size(); ++i) {
    const int failure = mbedtls_ssl_set_hs_own_cert(ssl, lease.certificate(i), lease.key(i));
    if (failure != 0) return failure;
  }
  return 0;
}

Session::Step Session::handshake(Records& records, const Clock& clock) {
  lend(records, &clock);
  const int before = ssl_.MBEDTLS_PRIVATE(state);
  const std::size_t made_before = records.made;
  const int code = mbedtls_ssl_handshake_step(&ssl_);
  const bool waits = code == MBEDTLS_ERR_SSL_WANT_READ || code == MBEDTLS_ERR_SSL_WANT_WRITE;
  const bool refused_us = code == MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE;
  if (code != 0 && !waits && !refused_us && records.made == made_before) {
    // RFC 8446 section 6.2: who gives up says so, where mbedTLS has not.
    mbedtls_ssl_send_alert_message(&ssl_, MBEDTLS_SSL_ALERT_LEVEL_FATAL,
                                   MBEDTLS_SSL_ALERT_MSG_HANDSHAKE_FAILURE);
  }
  take_back();
  if (before == MBEDTLS_SSL_SERVER_CERTIFICATE) full_ = true;  // a resumed one leaves it out
  if (code == MBEDTLS_ERR_SSL_WANT_READ) return Step::NeedRecords;
  if (code == MBEDTLS_ERR_SSL_WANT_WRITE) return Step::NeedRoom;
  if (code != 0) return failed(code);
  // mbedtls_ssl_is_handshake_over() would say so before a server's tickets are written.
  if (ssl_.MBEDTLS_PRIVATE(state) == MBEDTLS_SSL_HANDSHAKE_OVER) return finish_handshake(clock);
  return is_costly(ssl_, before) ? Step::Costly : Step::Again;
}

Session::Step Session::finish_handshake(const Clock& clock) {
  lease().release();
  const mbedtls_x509_crt* const shown = mbedtls_ssl_get_peer_cert(&ssl_);
  // A client that may show a certificate has shown a wrong one: mbedTLS leaves it to us.
  if (server_ != nullptr && server_->asks_for_certificate() && shown != nullptr &&
      mbedtls_ssl_get_verify_result(&ssl_) != 0) {
    return failed(MBEDTLS_ERR_X509_CERT_VERIFY_FAILED);
  }
  if (shown != nullptr) {
    peer_ = crypto::sha256(std::as_bytes(std::span(shown->raw.p, shown->raw.len)));
  }
  if (saved_ != nullptr && mbedtls_ssl_get_version_number(&ssl_) == MBEDTLS_SSL_VERSION_TLS1_2) {
    keep_session(clock);
  }
  free_handshake();
  return Step::Done;
}

// With TLS 1.3 mbedTLS keeps what it needed for the handshake, 3.3 KiB, as long as the session
// lives; with TLS 1.2 it has freed it by this same function. A client needs it for the tickets that
// may still come.
void Session::free_handshake() {
  if (server_ == nullptr || ssl_.MBEDTLS_PRIVATE(handshake) == nullptr) return;
  mbedtls_ssl_handshake_wrapup_free_hs_transform(&ssl_);
  // And what stood ready for TLS 1.2, which this has put where TLS 1.2 would have it.
  mbedtls_ssl_transform_free(ssl_.MBEDTLS_PRIVATE(transform));
  mbedtls_free(ssl_.MBEDTLS_PRIVATE(transform));
  ssl_.MBEDTLS_PRIVATE(transform) = nullptr;
}

// A session that was resumed itself is not kept anew: what it goes back to would never be proved
// again.
void Session::keep_session(const Clock& clock) {
  if (!full_) return;
  mbedtls_ssl_session session;
  mbedtls_ssl_session_init(&session);
  std::size_t byte_count = 0;
  const std::span<std::byte> room = saved_->room();
  const bool kept =
      mbedtls_ssl_get_session(&ssl_, &session) == 0 &&
      mbedtls_ssl_session_save(&session, reinterpret_cast<unsigned char*>(room.data()), room.size(),
                               &byte_count) == 0;
  mbedtls_ssl_session_free(&session);
  if (kept) {
    saved_->keep(byte_count, clock.now);
  } else {
    saved_->forget();
  }
}

Session::Step Session::failed(int code) {
  detail_ = -code;
  if (saved_ != nullptr) saved_->forget();
  failure_ = Failure::Protocol;
  if (is_out_of_memory(code)) {
    failure_ = Failure::Memory;
  } else if (code == MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE) {
    failure_ = Failure::PeerAlert;
    detail_ = ssl_.MBEDTLS_PRIVATE(in_msg)[1];
  } else if (code == MBEDTLS_ERR_SSL_NO_CLIENT_CERTIFICATE) {
    failure_ = Failure::CertificateAbsent;
  } else if (is_about_certificate(code)) {
    const std::uint32_t flags = mbedtls_ssl_get_verify_result(&ssl_);
    if (flags != 0 && flags != 0xFFFFFFFFU) failure_ = failure_of(flags);
  }
  return Step::Failed;
}

Session::Flow Session::read(Records& records, std::span<char> plain, std::size_t& count,
                            const Clock& clock) {
  count = 0;
  for (;;) {
    lend(records, &clock);
    const int code =
        mbedtls_ssl_read(&ssl_, reinterpret_cast<unsigned char*>(plain.data()), plain.size());
    if (code == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET) {
      if (saved_ != nullptr) keep_session(clock);
      take_back();
      continue;
    }
    take_back();
    if (code > 0) {
      count = static_cast<std::size_t>(code);
      return Flow::Moved;
    }
    switch (code) {
      case MBEDTLS_ERR_SSL_WANT_READ:
        // A ticket has come, and is looked at by the next call only.
        if (ssl_.MBEDTLS_PRIVATE(state) == MBEDTLS_SSL_TLS1_3_NEW_SESSION_TICKET) continue;
        return Flow::NeedRecords;
      case MBEDTLS_ERR_SSL_WANT_WRITE:
        return Flow::NeedRoom;
      case MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY:
        return Flow::Ended;
      default:
        failed(code);
        return Flow::Failed;
    }
  }
}

// There is always room for the whole record: a record that was made but not taken would have to be
// offered again with the same bytes.
Session::Flow Session::write(Records& records, std::string_view plain, std::size_t fragment,
                             std::size_t& count) {
  count = 0;
  if (records.out.size() - records.made <= record_overhead) return Flow::NeedRoom;
  const std::size_t room = records.out.size() - records.made - record_overhead;
  lend(records, nullptr);
  const int code =
      mbedtls_ssl_write(&ssl_, unsigned_of(plain), std::min({plain.size(), room, fragment}));
  take_back();
  if (code > 0) {
    count = static_cast<std::size_t>(code);
    return Flow::Moved;
  }
  if (code == MBEDTLS_ERR_SSL_WANT_WRITE || code == MBEDTLS_ERR_SSL_WANT_READ) {
    return Flow::NeedRoom;
  }
  failed(code);
  return Flow::Failed;
}

Session::Flow Session::close_notify(Records& records) {
  if (records.out.size() - records.made <= record_overhead) return Flow::NeedRoom;
  lend(records, nullptr);
  const int code = mbedtls_ssl_close_notify(&ssl_);
  take_back();
  return code == MBEDTLS_ERR_SSL_WANT_WRITE ? Flow::NeedRoom : Flow::Moved;
}

bool Session::holds_plain() const { return mbedtls_ssl_get_bytes_avail(&ssl_) != 0; }

}  // namespace postern::tls
