"""A client with a JWT access token calls an API: verified here, with the provider's keys or with keys from a file."""

import http.client
import json
import os
import time
import unittest

import tokens
from client import bearer, send, until
from peers import provider, upstream
from stack import BUILD, Gateway, configuration, endpoint, introspecting, using, verifying
from tokens import flipped

ISSUER = "https://id.plant.example"


def claims(**more):
    return {"iss": ISSUER, "sub": "alice", "client_id": "panel", "scope": "read", "exp": int(time.time()) + 600, **more}


def key_file(name, content):
    path = BUILD / name
    path.write_bytes(content)
    path.chmod(0o600)
    return str(path)


class AccessTokens(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        rules = {"audience": ["urn:jwt:historian"], "scopes": {"all": ["read"]}}
        cls.fetches = provider.calls("jwks")
        cls.gateway = Gateway(configuration(provider, upstream, [
            endpoint("/readings/", authenticate=using("jwt", "keys")),
            endpoint("/control/", ["write"], authenticate=using("jwt", "keys")),
            endpoint("/historian/", authenticate=using("jwt", "keys"), authorize=rules),
            endpoint("/rfc9068/", [], authenticate=using("jwt", "typed")),
            endpoint("/opaque/"),
        ], providers={"keys": verifying(provider), "typed": verifying(provider, typ="at+jwt")})).start()

    @classmethod
    def tearDownClass(cls):
        cls.gateway.stop()

    def get(self, path, token):
        return self.gateway.get(path, bearer(token))

    def test_a_jwt_reaches_the_upstream_with_headers_from_its_claims_and_nobody_is_asked(self):
        before = provider.calls()
        for resource in ("urn:jwt:historian", "urn:jwt:es256:historian"):
            answer = self.get("/readings/", provider.jwt(resource=resource))
            self.assertEqual(answer.status, 200, answer)
            self.assertEqual(answer.seen("X-Client"), ["operator"])
            self.assertEqual(answer.seen("X-Groups"), ['["operators","shift \\"A\\""]'])
            self.assertEqual(answer.seen("X-Site"), ["Süd".encode().decode("latin-1")])
            self.assertEqual(answer.seen("X-Line"), ["4"])
            self.assertEqual(answer.seen("Authorization"), [])
        self.assertEqual(provider.calls(), before)
        self.assertLessEqual(provider.calls("jwks") - self.fetches, 2)  # once for each provider entry

    def test_the_second_call_is_served_from_the_cache(self):
        token = provider.jwt()
        for _ in range(2):
            self.assertEqual(self.get("/readings/cached", token).status, 200)

        def caches():
            return [entry["cache"] for entry in self.gateway.access_log() if entry["path"] == "/readings/cached"]

        self.assertTrue(until(lambda: len(caches()) == 2, 5))
        self.assertEqual(caches(), ["miss", "hit"])

    def test_scope_and_audience_are_checked_as_for_opaque_tokens(self):
        token = provider.jwt(scope="read")
        self.assertEqual(self.get("/historian/", token).status, 200)
        answer = self.get("/control/", token)
        self.assertEqual(answer.status, 403, answer)
        self.assertIn('error="insufficient_scope"', answer.headers["WWW-Authenticate"])
        self.assertEqual(self.get("/historian/", provider.jwt(resource="urn:jwt:camera")).status, 401)

    def test_a_token_with_any_character_changed_is_401(self):
        for resource in ("urn:jwt:historian", "urn:jwt:es256:historian"):
            token = provider.jwt(resource=resource)
            changed = [flipped(token, at) for at in range(len(token))]
            statuses = self.statuses_of("/readings/", [*changed, token])
            self.assertEqual([at for at, status in enumerate(statuses) if status != 401], [len(token)], token)
            self.assertEqual(statuses[-1], 200)

    def statuses_of(self, path, presented):
        """The status for each of these tokens, asked for on one connection."""
        statuses = []
        connection = http.client.HTTPConnection("127.0.0.1", self.gateway.port, timeout=20)
        for token in presented:
            send(connection, path, [bearer(token)])
            answer = connection.getresponse()
            answer.read()
            statuses.append(answer.status)
        connection.close()
        return statuses

    def test_an_opaque_token_is_no_jwt(self):
        self.assertEqual(self.get("/readings/", provider.token()).status, 401)

    def test_where_rfc_9068_is_demanded_an_id_token_is_no_access_token(self):
        self.assertEqual(self.get("/rfc9068/", provider.jwt()).status, 200)
        self.assertEqual(self.get("/rfc9068/", provider.sign_in()["id_token"]).status, 401)

    def test_the_same_provider_serves_opaque_tokens_at_the_endpoint_beside_it(self):
        self.assertEqual(self.get("/opaque/", provider.token()).status, 200)


class KeysFromFiles(unittest.TestCase):
    """No provider is needed at all."""

    SECRET = os.urandom(16).hex().encode()  # text: a line end at its end would not count

    @classmethod
    def setUpClass(cls):
        keys = {"keys": [tokens.public(tokens.RSA, kid="rsa"), tokens.public(tokens.EC, kid="ec", alg="ES256"),
                         tokens.public(tokens.ED, kid="ed")]}
        local = {"issuer": ISSUER, "jwks": {"file": key_file("keys.json", json.dumps(keys).encode())}}
        cls.gateway = Gateway(configuration(provider, upstream, [
            endpoint("/file/", authenticate=using("jwt", "file")),
            endpoint("/one/", authenticate=using("jwt", "one")),
            endpoint("/shared/", authenticate=using("jwt", "shared")),
        ], providers={
            "file": local, "one": {**local, "algorithms": ["ES256"]},
            "shared": {**local, "algorithms": ["HS256", "RS256"], "hmac_secret_file": key_file("shared-secret", cls.SECRET)},
        })).start()

    @classmethod
    def tearDownClass(cls):
        cls.gateway.stop()

    def statuses(self, path, *requests):
        return [self.gateway.get(path, bearer(token)).status for token in tokens.sign_all(requests)]

    def test_every_algorithm_of_a_key_verifies(self):
        requests = [tokens.unsigned(alg, claims(), {"kid": kid}) for alg, kid in (
            ("RS256", "rsa"), ("RS384", "rsa"), ("RS512", "rsa"), ("PS256", "rsa"), ("PS384", "rsa"), ("PS512", "rsa"),
            ("ES256", "ec"), ("EdDSA", "ed"))]
        self.assertEqual(self.statuses("/file/", *requests), [200] * len(requests))

    def test_only_listed_algorithms_count(self):
        self.assertEqual(self.statuses("/one/", tokens.unsigned("ES256", claims(), {"kid": "ec"}),
                                       tokens.unsigned("RS256", claims(), {"kid": "rsa"})), [200, 401])

    def test_an_unknown_key_in_a_file_asks_nobody(self):
        self.assertEqual(self.statuses("/file/", tokens.unsigned("RS256", claims(), {"kid": "other"})), [401])

    def test_hs256_needs_a_secret_and_its_name_in_the_list(self):
        secret = {"kty": "oct", "k": tokens.base64url(self.SECRET)}
        other = {"kty": "oct", "k": tokens.base64url(os.urandom(32))}
        good, forged = (tokens.unsigned("HS256", claims(), key=key) for key in (secret, other))
        self.assertEqual(self.statuses("/shared/", good, forged), [200, 401])
        self.assertEqual(self.statuses("/shared/", tokens.unsigned("RS256", claims(), {"kid": "rsa"})), [200])
        self.assertEqual(self.statuses("/file/", good), [401])

    def test_hs256_is_never_verified_with_a_public_key(self):
        modulus = {"kty": "oct", "k": tokens.RSA["n"]}
        self.assertEqual(self.statuses("/shared/", tokens.unsigned("HS256", claims(), {"kid": "rsa"}, modulus)), [401])


class Revalidation(unittest.TestCase):
    """Verified here at once, and introspected now and then: a revoked token does not live until it expires."""

    EVERY_S = 1

    def gateway(self, **more):
        entry = {**introspecting(provider), **verifying(provider)}
        gateway = Gateway(configuration(provider, upstream, [
            endpoint("/readings/", authenticate=using("jwt", "both", revalidate_s=self.EVERY_S)),
            endpoint("/never/", authenticate=using("jwt", "both")),
        ], providers={"both": {**entry, **more}})).start()
        self.addCleanup(gateway.stop)
        return gateway

    def test_a_revoked_jwt_is_refused_after_the_time_the_configuration_states(self):
        gateway, token = self.gateway(), provider.jwt()
        self.assertEqual(gateway.get("/readings/", bearer(token)).status, 200)
        began = time.monotonic()
        provider.revoke(token)
        while gateway.get("/readings/", bearer(token)).status == 200:
            self.assertLess(time.monotonic() - began, self.EVERY_S + 1)
            time.sleep(0.05)
        answer = gateway.get("/readings/", bearer(token))
        self.assertEqual(answer.status, 401, answer)
        self.assertIn('error="invalid_token"', answer.headers["WWW-Authenticate"])
        self.assertEqual(gateway.get("/never/", bearer(token)).status, 200)  # there it lives until it expires

    def test_introspection_is_asked_at_most_every_so_often(self):
        gateway, token = self.gateway(), provider.jwt()
        before, began = provider.calls(), time.monotonic()
        while time.monotonic() - began < 2.5 * self.EVERY_S:
            self.assertEqual(gateway.get("/readings/", bearer(token)).status, 200)
            time.sleep(0.02)
        calls, seconds = provider.calls() - before, time.monotonic() - began
        self.assertGreaterEqual(calls, 2)
        self.assertLessEqual(calls, seconds / self.EVERY_S + 1)

    def test_a_forged_jwt_costs_no_introspection(self):
        gateway, token = self.gateway(), provider.jwt()
        before = provider.calls()
        self.assertEqual(gateway.get("/readings/", bearer(flipped(token, len(token) - 10))).status, 401)
        self.assertEqual(provider.calls(), before)

    def test_introspection_at_fault_is_503_and_never_a_verdict(self):
        gateway, token = self.gateway(), provider.jwt()
        self.addCleanup(provider.answer)
        provider.answer(status=500)
        answer = gateway.get("/readings/", bearer(token))
        self.assertEqual(answer.status, 503, answer)
        self.assertGreaterEqual(int(answer.headers["Retry-After"]), 1)
        provider.answer()
        self.assertEqual(gateway.get("/readings/", bearer(token)).status, 200)
