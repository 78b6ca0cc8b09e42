#include "core/token/oauth2/client_assertion.hpp"

#include <array>

#include "core/crypto/random.hpp"
#include "core/json/writer.hpp"

namespace postern::token::oauth2 {
namespace {

void write_member(ByteWriter& out, std::string_view before, std::string_view text) {
  out.text(before);
  json::write_string(out, text);
}

void write_header(ByteWriter& out, const config::ClientKey& key) {
  const auto algorithm = static_cast<std::size_t>(key.algorithm);
  write_member(out, R"({"typ":"JWT","alg":)", crypto::signature_algorithm_names[algorithm]);
  if (!key.id.empty()) write_member(out, R"(,"kid":)", key.id);
  out.character('}');
}

// False: no randomness.
bool write_claims(ByteWriter& out, const ClientAssertion& assertion) {
  std::array<std::byte, 16> id;
  if (!crypto::fill_random(id)) return false;
  write_member(out, R"({"iss":)", assertion.client_id);
  write_member(out, R"(,"sub":)", assertion.client_id);
  write_member(out, R"(,"aud":)", assertion.audience);
  out.text(R"(,"jti":")");
  write_base64url(out, id);
  out.text(R"(","iat":)");
  out.signed_number(assertion.now.s);
  out.text(R"(,"exp":)");
  out.signed_number(assertion.now.s + assertion_life.us / 1'000'000);
  out.character('}');
  return true;
}

}  // namespace

bool write_client_assertion(ByteWriter& out, const ClientAssertion& assertion,
                            std::span<char> scratch) {
  const std::size_t begin = out.size();
  ByteWriter header(scratch);
  write_header(header, assertion.key);
  write_base64url(out, as_bytes(header.written()));
  out.character('.');
  ByteWriter claims(scratch);
  if (!write_claims(claims, assertion)) return false;
  write_base64url(out, as_bytes(claims.written()));
  if (!header.ok() || !claims.ok() || !out.ok()) return false;
  std::array<std::byte, crypto::signature_bytes_max> memory;
  const auto signature = crypto::sign(assertion.key.pem, assertion.key.algorithm,
                                      as_bytes(out.written().substr(begin)), memory);
  if (!signature) return false;
  out.character('.');
  write_base64url(out, *signature);
  return out.ok();
}

}  // namespace postern::token::oauth2
