// The connector: from verified claims to facts, and the provider's word where it is wanted.
#include "core/token/jwt/jwt.hpp"

#include <algorithm>

#include "core/token/oauth2/introspection.hpp"

namespace postern::token::jwt {

/// Turns verified claims into facts. The name is what VerifierKey knows.
class Jwt {
 public:
  static Verification facts(const VerificationInput& input, const VerifiedClaims& token) {
    return verified_facts(VerifierKey(), input, token.claims, token.times,
                          input.scratch.subspan(input.token.size()),
                          Verification::refused(Refusal::TooLarge, {}));
  }
};

Verification begin(const VerificationInput& input) {
  const auto token = verify_token(input);
  if (!token) return token.error();
  if (input.revalidate.us != 0) return oauth2::begin(input);
  return Jwt::facts(input, *token);
}

// The provider was asked whether the token is still good, too.
Verification answered(const VerificationInput& input, const ProviderAnswer& answer) {
  const Verification said = oauth2::answered(input, answer);
  if (said.kind != Verification::Kind::Verified) return said;
  // Claims are the token's own: verified once more, since nothing was kept while we waited.
  input.json_arena.reset();
  const auto token = verify_token(input);
  if (!token) return token.error();
  Verification verification = Jwt::facts(input, *token);
  verification.lifetime = std::min({verification.lifetime, said.lifetime, input.revalidate});
  return verification;
}

}  // namespace postern::token::jwt
