#include "core/tls/trust_anchors.hpp"

#include <mbedtls/base64.h>
#include <mbedtls/x509_crt.h>

#include <algorithm>

namespace postern::tls {
namespace {

constexpr std::string_view begin_mark = "-----BEGIN CERTIFICATE-----";
constexpr std::string_view end_mark = "-----END CERTIFICATE-----";

// The base64 text of the next block; takes it off `pem`. Empty text and empty `pem`: there is none.
std::string_view next_block(std::string_view& pem) {
  const std::size_t begin = pem.find(begin_mark);
  if (begin == std::string_view::npos) return pem = {};
  pem.remove_prefix(begin + begin_mark.size());
  const std::size_t length = std::min(pem.find(end_mark), pem.size());
  const std::string_view text = pem.substr(0, length);
  pem.remove_prefix(length);
  return text;
}

std::size_t count_blocks(std::string_view pem) {
  std::size_t count = 0;
  for (std::size_t at = pem.find(begin_mark); at != std::string_view::npos;
       at = pem.find(begin_mark, at + begin_mark.size())) {
    ++count;
  }
  return count;
}

enum class Read : std::uint8_t { Well, Broken, NoMemory };

Read decode(std::string_view base64, Arena& arena, std::span<const std::byte>& der) {
  const auto* text = reinterpret_cast<const unsigned char*>(base64.data());
  std::size_t size = 0;
  mbedtls_base64_decode(nullptr, 0, &size, text, base64.size());  // only says how long it is
  if (size == 0) return Read::Broken;
  const std::span<std::byte> bytes = arena.take_array<std::byte>(size);
  if (bytes.empty()) return Read::NoMemory;
  if (mbedtls_base64_decode(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), &size,
                            text, base64.size()) != 0) {
    return Read::Broken;
  }
  der = bytes.first(size);
  return Read::Well;
}

// Parsed once, to know that it can be when a chain needs it.
Read read_anchor(std::string_view base64, Arena& arena, TrustAnchor& anchor) {
  const Read decoded = decode(base64, arena, anchor.der);
  if (decoded != Read::Well) return decoded;
  mbedtls_x509_crt certificate;
  mbedtls_x509_crt_init(&certificate);
  const int failure = mbedtls_x509_crt_parse_der_nocopy(
      &certificate, reinterpret_cast<const unsigned char*>(anchor.der.data()), anchor.der.size());
  if (failure == 0) {
    const mbedtls_x509_buf& name = certificate.subject_raw;
    anchor.subject = {reinterpret_cast<const std::byte*>(name.p), name.len};
  }
  mbedtls_x509_crt_free(&certificate);
  if (failure == 0) return Read::Well;
  return failure == MBEDTLS_ERR_X509_ALLOC_FAILED ? Read::NoMemory : Read::Broken;
}

}  // namespace

Result<std::span<const TrustAnchor>, AnchorProblem> read_anchors(std::string_view pem,
                                                                 BrokenAnchor broken,
                                                                 Arena& arena) {
  const std::size_t block_count = count_blocks(pem);
  if (block_count == 0) return Failure{AnchorProblem::NoCertificate};
  const std::span<TrustAnchor> anchors = arena.take_array<TrustAnchor>(block_count);
  if (anchors.empty()) return Failure{AnchorProblem::NoMemory};
  std::size_t count = 0;
  for (std::size_t i = 0; i < block_count; ++i) {
    const Read read = read_anchor(next_block(pem), arena, anchors[count]);
    if (read == Read::NoMemory) return Failure{AnchorProblem::NoMemory};
    if (read == Read::Broken && broken == BrokenAnchor::Refused) {
      return Failure{AnchorProblem::Broken};
    }
    if (read == Read::Well) ++count;
  }
  if (count == 0) return Failure{AnchorProblem::Broken};
  return std::span<const TrustAnchor>(anchors.first(count));
}

}  // namespace postern::tls
