"""A token bound to a certificate (RFC 8705) is worth nothing in other hands than those of its owner."""

import json
import ssl
import time
import unittest
import urllib.parse

import tokens
from client import bearer, until
from peers import provider, upstream
from stack import BUILD, configuration, endpoint, free_port, using
from tls_client import Connection, context, request
from tls_stack import Nginx, TlsGateway, asking_for_certificates, everybody, nginx_server

ISSUER = "https://issuer.test"
VERSIONS = (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)


def signed(confirmation=None, **more):
    claims = {"iss": ISSUER, "sub": "machine", "exp": int(time.time()) + 600, "scope": "read", **more}
    if confirmation is not None:
        claims["cnf"] = confirmation
    (token,) = tokens.sign_all([tokens.unsigned("ES256", claims, {"kid": "ec"})])
    return token


class BoundTokens(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        keys = BUILD / "bound-keys.json"
        keys.write_text(json.dumps({"keys": [tokens.public(tokens.EC, kid="ec", alg="ES256")]}))
        paths = {"/default/": {}, "/optional/": {"certificate_binding": "optional"}, "/required/": {"certificate_binding": "required"},
                 "/off/": {"certificate_binding": "off"}}
        endpoints = [endpoint(path, authenticate=using("jwt", "file", **how)) for path, how in paths.items()]
        cls.gateway = TlsGateway(
            configuration(provider, upstream, [*endpoints, endpoint("/opaque/")],
                          providers={"file": {"issuer": ISSUER, "jwks": {"file": str(keys)}}}, limits={"workers": 2}),
            client_ca_file=str(everybody.root.file), client_certificate="optional")
        cls.plain_port = cls.gateway.add_listener()
        cls.gateway.start()
        cls.addClassCleanup(cls.gateway.stop)
        cls.bound = signed({"x5t#S256": everybody.client.thumbprint})
        cls.free = signed()

    def status(self, path, token, certificate=None, version=None):
        return request(self.gateway.port, context(everybody.root, certificate, version), path, bearer(token)).status

    def test_it_is_good_with_its_certificate_only(self):
        for path in ("/default/", "/optional/", "/required/"):
            for version in VERSIONS:
                with self.subTest(path=path, version=version):
                    self.assertEqual(self.status(path, self.bound, everybody.client, version), 200)
                    self.assertEqual(self.status(path, self.bound, everybody.other_client, version), 401)
                    self.assertEqual(self.status(path, self.bound, None, version), 401)

    def test_known_from_the_cache_it_is_still_bound(self):
        token = signed({"x5t#S256": everybody.client.thumbprint})
        self.assertEqual(self.status("/default/", token, everybody.other_client), 401)
        self.assertEqual(self.status("/default/", token, everybody.client), 200)
        for _ in range(10):
            self.assertEqual(self.status("/default/", token, everybody.other_client), 401)
            self.assertEqual(self.status("/default/", token), 401)
            self.assertEqual(self.status("/default/", token, everybody.client), 200)

    def test_two_tokens_on_one_connection_are_each_compared(self):
        with Connection(self.gateway.port, context(everybody.root, everybody.client)) as connection:
            theirs = signed({"x5t#S256": everybody.other_client.thumbprint})
            for token, status in ((self.bound, 200), (theirs, 401), (self.free, 200), (self.bound, 200), (theirs, 401)):
                self.assertEqual(connection.ask("/default/", bearer(token)).status, status)

    def test_over_plain_http_there_is_no_certificate(self):
        answer = self.gateway_over_http("/default/", self.bound)
        self.assertEqual(answer.status, 401)
        self.assertEqual(self.gateway_over_http("/default/", self.free).status, 200)
        self.assertEqual(self.gateway_over_http("/required/", self.free).status, 401)

    def gateway_over_http(self, path, token):
        from client import request as plain_request
        return plain_request(self.plain_port, path, bearer(token))

    def test_no_header_stands_in_for_a_certificate(self):
        forged = [("X-Client-Certificate", everybody.client.file.read_text().replace("\n", "%0A")),
                  ("X-Forwarded-Client-Cert", f"Hash={everybody.client.thumbprint}"), ("Client-Cert", ":AAAA:")]
        answer = request(self.gateway.port, context(everybody.root), "/default/", bearer(self.bound), *forged)
        self.assertEqual(answer.status, 401)

    def test_a_token_that_is_not_bound_is_free_unless_it_must_be(self):
        for path, status in (("/default/", 200), ("/optional/", 200), ("/off/", 200), ("/required/", 401)):
            with self.subTest(path):
                self.assertEqual(self.status(path, self.free, everybody.client), status)
                self.assertEqual(self.status(path, self.free), status)

    def test_off_does_not_look(self):
        self.assertEqual(self.status("/off/", self.bound), 200)
        self.assertEqual(self.status("/off/", self.bound, everybody.other_client), 200)

    def test_the_challenge_says_that_the_token_is_invalid_and_the_log_why(self):
        answer = request(self.gateway.port, context(everybody.root), "/default/", bearer(self.bound))
        self.assertRegex(answer.headers["WWW-Authenticate"], '^Bearer .*error="invalid_token"')
        self.assertTrue(until(lambda: "certificate-binding" in [entry["why"] for entry in self.gateway.access_log()], 5))

    def test_a_confirmation_that_is_no_thumbprint_matches_nobody(self):
        good = everybody.client.thumbprint
        for value in ("", good[:-1], good + "A", good + "=", good.swapcase(), "A" * 43, 7, None, [good], {"x": good}):
            with self.subTest(value):
                self.assertEqual(self.status("/default/", signed({"x5t#S256": value}), everybody.client), 401)

    def test_a_confirmation_of_another_kind_is_not_overlooked(self):
        for confirmation in ({}, {"jwk": tokens.public(tokens.EC)}, {"kid": "x"}, "text", 7, [everybody.client.thumbprint]):
            with self.subTest(confirmation):
                self.assertIn(self.status("/default/", signed(confirmation), everybody.client), (401,) if confirmation else (200, 401))


class BoundByTheProvider(unittest.TestCase):
    """The whole way: the provider binds the token to the certificate it saw, introspection says so."""

    @classmethod
    def setUpClass(cls):
        cls.port = free_port()
        cls.nginx = Nginx(cls.port, nginx_server(cls.port, provider.port, everybody.issuing.issue("provider", ["localhost"]),
                                                 *asking_for_certificates("optional"))).start()
        cls.addClassCleanup(cls.nginx.stop)
        provider.register("machine", client_secret="secret", token_endpoint_auth_method="client_secret_post",
                          tls_client_certificate_bound_access_tokens=True)
        cls.gateway = TlsGateway(configuration(provider, upstream, [
            endpoint("/opaque/"), endpoint("/jwt/", authenticate=using("jwt", "keys"))],
            providers={"keys": {"issuer": provider.url(""), "jwks": {"url": provider.url("/jwks")}}}),
            client_ca_file=str(everybody.root.file), client_certificate="optional").start()
        cls.addClassCleanup(cls.gateway.stop)

    def token(self, certificate, **more):
        form = {"grant_type": "client_credentials", "client_id": "machine", "client_secret": "secret", "scope": "read", **more}
        answer = request(self.port, context(everybody.root, certificate), "/token", ("Content-Type", "application/x-www-form-urlencoded"),
                         method="POST", body=urllib.parse.urlencode(form).encode(), name="localhost")
        self.assertEqual(answer.status, 200, answer)
        return answer.json()["access_token"]

    def test_opaque_and_jwt(self):
        for path, resource in (("/opaque/", {}), ("/jwt/", {"resource": "urn:jwt:historian"})):
            token = self.token(everybody.client, **resource)
            for certificate, status in ((None, 401), (everybody.other_client, 401), (everybody.client, 200), (None, 401)):
                with self.subTest(path=path, certificate=certificate and certificate.name):
                    answer = request(self.gateway.port, context(everybody.root, certificate), path, bearer(token))
                    self.assertEqual(answer.status, status, answer)
