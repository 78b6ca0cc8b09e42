"""A token's life at the gateway, with the certified provider: what the gateway is for, on every target.

Clients come with TLS and without, and the provider is asked with TLS and without.
"""

import ssl
import unittest

import tls_client
from client import bearer, until
from peers import provider
from stack import Provider
from story import TRUST, start
from targets import TARGET


class Story(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.gateway, *cls.lanes = start(cls)

    def each_way(self, check, *paths):
        for lane in self.lanes:
            for path in paths or ("/plant/", "/secured/"):
                with self.subTest(clients=lane.name, path=path):
                    check(lane, path)

    def challenged(self, answer, error):
        self.assertEqual(answer.status, 401, answer)
        offered = answer.headers["WWW-Authenticate"]
        self.assertTrue(offered.startswith("Bearer"), offered)
        self.assertEqual('error="invalid_token"' in offered, error, offered)

    def test_who_shows_nothing_is_challenged_without_an_error(self):
        def check(lane, path):
            self.challenged(lane.get(path), error=False)

        self.each_way(check, "/plant/", "/secured/", "/jwt/")

    def test_who_shows_a_token_that_nobody_has_issued_is_told_so(self):
        def check(lane, path):
            self.challenged(lane.get(path, bearer(f"nobody-has-issued-{lane.name}")), error=True)

        self.each_way(check, "/plant/", "/secured/", "/jwt/")

    def test_who_lacks_the_scope_is_told_which(self):
        token = provider.token(scope="write")

        def check(lane, path):
            answer = lane.get(path, bearer(token))
            self.assertEqual(answer.status, 403, answer)
            self.assertIn('error="insufficient_scope"', answer.headers["WWW-Authenticate"])
            self.assertIn('scope="read"', answer.headers["WWW-Authenticate"])

        self.each_way(check)

    def test_a_good_token_is_served_and_the_upstream_learns_whose_it_is(self):
        def check(lane, path):
            token = provider.token()
            answer = lane.get(f"{path}temperature?unit=C", bearer(token), ("X-Client", "forged"), ("X_Site", "forged"))
            self.assertEqual(answer.status, 200, answer)
            self.assertEqual(answer.json()["target"], f"{path}temperature?unit=C")
            self.assertEqual(answer.seen("X-Client"), ["operator"])
            self.assertEqual(answer.seen("X-Site"), ["Süd".encode().decode("latin-1")])
            self.assertEqual(answer.seen("X-Line"), ["4"])
            self.assertEqual(answer.seen("Authorization") + answer.seen("X-None") + answer.seen("X_Site"), [])

        self.each_way(check)

    def test_a_token_that_is_known_is_not_asked_for_again(self):
        def check(lane, path):
            token = provider.token()
            self.assertEqual(lane.get(path, bearer(token)).status, 200)
            before = provider.calls()
            for _ in range(5):
                self.assertEqual(lane.get(path, bearer(token)).status, 200)
            self.assertEqual(provider.calls(), before)

        self.each_way(check)

    def test_a_revoked_token_is_refused_when_what_was_known_of_it_is_over(self):
        def check(lane, path):
            token = provider.token()
            self.assertEqual(lane.get(path, bearer(token)).status, 200)
            provider.revoke(token)
            self.assertTrue(until(lambda: lane.get(path, bearer(token)).status == 401, 3 + 5 * TARGET.patience, 0.2))
            self.challenged(lane.get(path, bearer(token)), error=True)

        self.each_way(check, "/forgetful/")

    def test_a_signed_token_is_verified_with_the_providers_keys(self):
        def check(lane, path):
            for resource in ("urn:jwt:historian", "urn:jwt:es256:historian"):
                token = provider.jwt(resource=resource)
                answer = lane.get(path, bearer(token))
                self.assertEqual(answer.status, 200, answer)
                self.assertEqual(answer.seen("X-Client"), ["operator"])
                self.challenged(lane.get(path, bearer(token[:-8] + "AAAAAAAA")), error=True)

        self.each_way(check, "/jwt/")

    def test_bodies_go_both_ways(self):
        sent = bytes(range(256)) * 200
        def check(lane, path):
            answer = lane.get(f"{path}echo", method="POST", body=sent)
            self.assertEqual((answer.status, answer.body), (200, sent))

        self.each_way(check, "/public/")

    def test_a_resumed_session_saves_the_key_exchange(self):
        _, secure = self.lanes
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            with self.subTest(version):
                trusting, session = tls_client.context(TRUST, version=version), None
                for again in (False, True):
                    with tls_client.Connection(secure.port, trusting, session=session, timeout=20 * TARGET.patience) as connection:
                        self.assertEqual(connection.ask("/public/").status, 200)
                        self.assertEqual(connection.sock.session_reused, again)
                        session = connection.sock.session


class Outage(unittest.TestCase):
    """The provider is down, and comes back."""

    @classmethod
    def setUpClass(cls):
        cls.own = Provider().start()
        cls.addClassCleanup(cls.own.stop)
        cls.gateway, *cls.lanes = start(cls, cls.own)

    def test_who_is_known_is_served_and_nobody_else_is_let_in_or_turned_away(self):
        known, fresh = self.own.token(), self.own.token()
        ways = [(lane, path) for lane in self.lanes for path in ("/plant/", "/secured/")]
        for lane, path in ways:
            self.assertEqual(lane.get(path, bearer(known)).status, 200)
        self.own.stop()
        for lane, path in ways:
            with self.subTest(clients=lane.name, path=path):
                answer = lane.get(path, bearer(fresh))
                self.assertEqual(answer.status, 503, answer)
                self.assertGreaterEqual(int(answer.headers["Retry-After"]), 1)
                self.assertEqual(lane.get(path, bearer(known)).status, 200)
        self.own.start()  # knows its tokens still
        for lane, path in ways:
            with self.subTest(clients=lane.name, path=path):
                self.assertTrue(until(lambda: lane.get(path, bearer(fresh)).status == 200, 10 * TARGET.patience, 0.2))
