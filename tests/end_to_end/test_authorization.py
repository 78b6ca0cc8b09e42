"""A client with an opaque token calls an API through the gateway: who gets in, and what the upstream sees."""

import time
import unittest

from client import bearer, request, until
from peers import provider, upstream
from stack import Gateway, configuration, endpoint, introspecting


class Authorization(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.gateway = Gateway(configuration(provider, upstream, [
            endpoint("/readings/", ["read"], rewrite={"strip_prefix": "/readings"}),
            endpoint("/control/", ["write"]),
            endpoint("/historian/", ["read"], authorize={"audience": ["urn:plant:historian"]}),
            endpoint("/operators/", authorize={"claims": [
                {"claim": "$.groups", "match": "any", "values": ["operators"]}]}),
            endpoint("/forwarding/", ["read"], forward_authorization=True),
            endpoint("/by-header/", ["read"], authenticate={"connector": "oauth2", "select": {
                "header": "X-Region", "values": {"south": "south"}, "default": "plant"}}),
            endpoint("/public/", public=True),
        ], providers={"south": introspecting(provider, introspection={
            "client_auth": "client_secret_post", "client_id": "postern-post"})})).start()
        cls.token = provider.token()

    @classmethod
    def tearDownClass(cls):
        cls.gateway.stop()

    def test_no_token_is_401_with_a_challenge_that_names_no_error(self):
        before = upstream.count()
        answer = self.gateway.get("/readings/today")
        self.assertEqual(answer.status, 401, answer)
        self.assertRegex(answer.headers["WWW-Authenticate"], "^Bearer")
        self.assertNotIn("error", answer.headers["WWW-Authenticate"])
        self.assertEqual(answer.headers["Content-Type"], "application/problem+json")
        self.assertEqual(answer.json()["status"], 401)
        self.assertEqual(upstream.count(), before)

    def test_a_good_token_reaches_the_upstream_with_headers_from_its_claims(self):
        answer = self.gateway.get("/readings/today?from=1&to=2", bearer(self.token))
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual(answer.json()["target"], "/today?from=1&to=2")
        self.assertEqual(answer.seen("X-Client"), ["operator"])
        self.assertEqual(answer.seen("X-Groups"), ['["operators","shift \\"A\\""]'])
        self.assertEqual(answer.seen("X-Site"), ["Süd".encode().decode("latin-1")])  # bytes as they are on the wire
        self.assertEqual(answer.seen("X-Line"), ["4"])
        self.assertEqual(answer.seen("X-None"), [])
        self.assertEqual(answer.seen("Authorization"), [])

    def test_the_second_call_is_served_from_the_cache(self):
        token = provider.token()
        before = provider.calls()
        for _ in range(5):
            self.assertEqual(self.gateway.get("/readings/", bearer(token)).status, 200)
        self.assertEqual(provider.calls(), before + 1)

    def test_a_missing_scope_is_403_and_says_which(self):
        answer = self.gateway.get("/control/", bearer(provider.token("visitor", "read")))
        self.assertEqual(answer.status, 403, answer)
        self.assertIn('error="insufficient_scope"', answer.headers["WWW-Authenticate"])
        self.assertIn('scope="write"', answer.headers["WWW-Authenticate"])

    def test_policy_is_evaluated_on_a_cache_hit(self):
        token = provider.token("visitor", "read")
        before = provider.calls()
        self.assertEqual(self.gateway.get("/readings/", bearer(token)).status, 200)
        self.assertEqual(self.gateway.get("/control/", bearer(token)).status, 403)
        self.assertEqual(self.gateway.get("/readings/", bearer(token)).status, 200)
        self.assertEqual(provider.calls(), before + 1)

    def test_a_claim_rule_that_fails_is_403_with_a_problem_body(self):
        self.assertEqual(self.gateway.get("/operators/", bearer(self.token)).status, 200)
        answer = self.gateway.get("/operators/", bearer(provider.token("visitor", "read")))
        self.assertEqual(answer.status, 403, answer)
        self.assertEqual(answer.headers["Content-Type"], "application/problem+json")

    def test_another_audience_is_401(self):
        self.assertEqual(self.gateway.get("/historian/", bearer(provider.token(resource="urn:plant:historian"))).status, 200)
        answer = self.gateway.get("/historian/", bearer(provider.token(resource="urn:plant:camera")))
        self.assertEqual(answer.status, 401, answer)
        self.assertIn('error="invalid_token"', answer.headers["WWW-Authenticate"])

    def test_an_unknown_token_is_refused_and_remembered_as_such(self):
        before = provider.calls()
        for _ in range(3):
            answer = self.gateway.get("/readings/", bearer("no-such-token"))
            self.assertEqual(answer.status, 401, answer)
            self.assertIn('error="invalid_token"', answer.headers["WWW-Authenticate"])
        self.assertEqual(provider.calls(), before + 1)

    def test_authorization_is_forwarded_only_where_configured(self):
        self.assertEqual(self.gateway.get("/forwarding/", bearer(self.token)).seen("Authorization"), [f"Bearer {self.token}"])
        self.assertEqual(self.gateway.get("/readings/", bearer(self.token)).seen("Authorization"), [])

    def test_a_header_selects_the_provider_and_each_keeps_its_own_facts(self):
        token = provider.token()
        before = provider.calls()
        for headers in ([], [("X-Region", "south")], [("X-Region", "nowhere")]):
            self.assertEqual(self.gateway.get("/by-header/", bearer(token), *headers).status, 200)
        self.assertEqual(provider.calls(), before + 2)  # plant and south (client_secret_post); nowhere is the default

    def test_headers_the_gateway_sets_cannot_be_forged_on_any_endpoint(self):
        forged = [("X-Client", "root"), ("x_client", "root"), ("X-CLIENT", "root"), ("X_Client", "root"), ("x-site", "root"),
                  ("X-None", "root"), ("X-Forwarded-For", "6.6.6.6"), ("Forwarded", "for=6.6.6.6"), ("X-Real-IP", "6.6.6.6")]
        for target in ("/readings/", "/forwarding/", "/public/"):
            answer = self.gateway.get(target, bearer(self.token), *forged)
            self.assertEqual(answer.status, 200, answer)
            names = [name.lower().replace("_", "-") for name, _ in answer.json()["headers"]]
            for name in ("x-client", "x-site"):
                self.assertEqual(names.count(name), 0 if target == "/public/" else 1, answer.json())
            self.assertNotIn("x-none", names)
            self.assertNotIn(b"root", answer.body)
            self.assertNotIn(b"6.6.6.6", answer.body)

    def test_a_public_endpoint_asks_nobody(self):
        before = provider.calls()
        self.assertEqual(self.gateway.get("/public/").status, 200)
        self.assertEqual(self.gateway.get("/public/", bearer("whatever")).status, 200)
        self.assertEqual(provider.calls(), before)

    def test_two_tokens_in_one_request_are_400(self):
        self.assertEqual(self.gateway.get("/readings/", bearer(self.token), bearer(self.token)).status, 400)

    def test_an_unknown_path_is_404(self):
        self.assertEqual(self.gateway.get("/nowhere", bearer(self.token)).status, 404)


class Revocation(unittest.TestCase):
    TTL_S = 2

    def test_a_revoked_token_is_refused_after_the_time_the_configuration_states(self):
        gateway = Gateway(configuration(provider, upstream, [endpoint("/readings/")],
                                        plant={"cache": {"max_ttl_s": self.TTL_S}})).start()
        self.addCleanup(gateway.stop)
        token = provider.token()
        self.assertEqual(gateway.get("/readings/", bearer(token)).status, 200)
        verified = time.monotonic()
        provider.revoke(token)
        self.assertEqual(gateway.get("/readings/", bearer(token)).status, 200)  # the cache still vouches for it
        refused = until(lambda: gateway.get("/readings/", bearer(token)).status == 401, self.TTL_S + 3, 0.1)
        self.assertTrue(refused)
        self.assertLess(time.monotonic() - verified, self.TTL_S + 1)


class Limits(unittest.TestCase):
    def test_a_rate_is_429_with_retry_after(self):
        gateway = Gateway(configuration(provider, upstream, [
            endpoint("/readings/", limit={"key": "$.client_id", "requests": 1, "per_s": 60, "burst": 3})])).start()
        self.addCleanup(gateway.stop)
        operator, visitor = bearer(provider.token()), bearer(provider.token("visitor", "read"))
        statuses = [gateway.get("/readings/", operator).status for _ in range(4)]
        self.assertEqual(statuses, [200, 200, 200, 429])
        answer = gateway.get("/readings/", operator)
        self.assertGreaterEqual(int(answer.headers["Retry-After"]), 1)
        self.assertEqual(gateway.get("/readings/", visitor).status, 200)  # its bucket is its own

    def test_a_flood_of_garbage_does_not_evict_good_entries(self):
        gateway = Gateway(configuration(provider, upstream, [endpoint("/readings/")], limits={"cache_entries": 64})).start()
        self.addCleanup(gateway.stop)
        good = [provider.token() for _ in range(20)]
        for token in good:
            self.assertEqual(gateway.get("/readings/", bearer(token)).status, 200)
        for number in range(300):
            self.assertEqual(gateway.get("/readings/", bearer(f"garbage-{number}")).status, 401)
        before = provider.calls()
        for token in good:
            self.assertEqual(gateway.get("/readings/", bearer(token)).status, 200)
        self.assertEqual(provider.calls(), before)
