"""A client that proves to have its key (RFC 9449).

In: a private JWK. Out: proofs, header fields, bound tokens. Never: a check of a proof.
"""

import hashlib
import json
import time
import uuid

import tokens

REQUIRED = {"RSA": ("e", "kty", "n"), "EC": ("crv", "kty", "x", "y"), "OKP": ("crv", "kty", "x")}


def digest(text):
    return tokens.base64url(hashlib.sha256(text.encode()).digest())


class Key:
    def __init__(self, algorithm="ES256", jwk=None):
        self.algorithm = algorithm
        self.private = jwk or tokens.key_for(algorithm)
        self.public = tokens.public(self.private)

    @property
    def thumbprint(self):
        """RFC 7638."""
        members = {name: self.public[name] for name in REQUIRED[self.public["kty"]]}
        return digest(json.dumps(members, sort_keys=True, separators=(",", ":")))

    def proofs(self, count, url, token=None, method="GET", nonce=None, header=None, **claims):
        """Proofs for as many requests. `header` and `claims` replace or add members; None takes one out."""
        def one():
            said = {"jti": str(uuid.uuid4()), "htm": method, "htu": url, "iat": int(time.time())}
            if token is not None:
                said["ath"] = digest(token)
            if nonce is not None:
                said["nonce"] = nonce
            said.update(claims)
            top = {"typ": "dpop+jwt", "jwk": self.public, **(header or {})}
            return tokens.unsigned(self.algorithm, without_none(said), without_none(top), key=self.private)

        return tokens.sign_all([one() for _ in range(count)])

    def proof(self, *about, **more):
        return self.proofs(1, *about, **more)[0]

    def token(self, provider, **more):
        """A token of the provider's that is bound to this key."""
        return provider.token(headers=[("DPoP", self.proof(provider.url("/token"), method="POST"))], **more)


def without_none(members):
    return {name: value for name, value in members.items() if value is not None}


def presenting(token, proof=None, scheme="DPoP"):
    """The header fields of a request."""
    return [("Authorization", f"{scheme} {token}"), *([("DPoP", proof)] if proof else [])]
