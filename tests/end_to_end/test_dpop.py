"""A token bound to a key (DPoP, RFC 9449): of use to who has the key, once per proof."""

import collections
import threading
import time
import unittest

import dpop
import tokens
from client import bearer, until
from dpop import presenting
from peers import provider, upstream
from stack import Gateway, configuration, endpoint, introspecting, using, verifying


class Dpop(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.gateway = Gateway(configuration(provider, upstream, [
            endpoint("/opaque/"),
            endpoint("/other-rules/", ["write"]),
            endpoint("/jwt/", authenticate=using("jwt", "keys")),
            endpoint("/nonce/", authenticate=using("oauth2", dpop={"nonce": True, "max_age_s": 4})),
            endpoint("/required/", authenticate=using("oauth2", dpop={"required": True})),
            endpoint("/forwarding/", forward_authorization=True),
        ], providers={"keys": verifying(provider)}, limits={"workers": 2},
            trusted_proxies=["127.0.0.2/32"])).start()
        cls.addClassCleanup(cls.gateway.stop)
        cls.key = dpop.Key()
        cls.token = cls.key.token(provider)

    def url(self, path):
        return f"http://127.0.0.1:{self.gateway.port}{path}"

    def proof(self, path, token=None, **more):
        return self.key.proof(self.url(path), token or self.token, **more)

    def refused(self, answer, error, why=None):
        self.assertEqual(answer.status, 401, answer)
        challenge = answer.headers["WWW-Authenticate"]
        self.assertRegex(challenge, f'^DPoP .*error="{error}"')
        self.assertRegex(challenge, 'algs="[^"]*ES256')
        if why:
            # Two workers write the log: a line of the request before may come later.
            self.assertTrue(until(lambda: why in [entry["why"] for entry in self.gateway.access_log()[-4:]], 5), why)

    # --- Who gets in

    def test_with_its_proof_it_is_good_known_or_not(self):
        token = self.key.token(provider)
        before = provider.calls()
        for proof in self.key.proofs(5, self.url("/opaque/x"), token):
            answer = self.gateway.get("/opaque/x?a=1", *presenting(token, proof))
            self.assertEqual(answer.status, 200, answer)
            self.assertEqual(answer.seen("Authorization") + answer.seen("DPoP"), [])
        self.assertEqual(provider.calls(), before + 1)

    def test_so_is_a_jwt(self):
        token = self.key.token(provider, resource="urn:jwt:historian")
        for proof in self.key.proofs(2, self.url("/jwt/"), token):
            self.assertEqual(self.gateway.get("/jwt/", *presenting(token, proof)).status, 200)
        self.refused(self.gateway.get("/jwt/", bearer(token)), "invalid_token")

    def test_any_kind_of_key_will_do(self):
        key = dpop.Key("EdDSA")
        token = key.token(provider)
        answer = self.gateway.get("/opaque/", *presenting(token, key.proof(self.url("/opaque/"), token)))
        self.assertEqual(answer.status, 200, answer)

    def test_every_method_needs_its_own(self):
        answer = self.gateway.get("/opaque/", *presenting(self.token, self.proof("/opaque/", method="POST")), method="POST", body=b"x" * 5000)
        self.assertEqual(answer.status, 200, answer)
        self.refused(self.gateway.get("/opaque/", *presenting(self.token, self.proof("/opaque/", method="POST"))), "invalid_dpop_proof", "dpop-method")

    def test_forwarded_it_takes_its_proof_along(self):
        proof = self.proof("/forwarding/")
        answer = self.gateway.get("/forwarding/", *presenting(self.token, proof))
        self.assertEqual(answer.seen("DPoP"), [proof])

    # --- Who does not

    def test_a_proof_counts_once(self):
        proof = self.proof("/opaque/")
        self.assertEqual(self.gateway.get("/opaque/", *presenting(self.token, proof)).status, 200)
        for _ in range(5):
            self.refused(self.gateway.get("/opaque/", *presenting(self.token, proof)), "invalid_dpop_proof", "dpop-replay")

    def test_of_many_at_once_one_counts(self):
        """Two workers share what they know of used proofs."""
        for proof in self.key.proofs(5, self.url("/opaque/"), self.token):
            statuses = collections.Counter()

            def ask():
                statuses[self.gateway.get("/opaque/", *presenting(self.token, proof)).status] += 1

            threads = [threading.Thread(target=ask) for _ in range(8)]
            for each in threads:
                each.start()
            for each in threads:
                each.join()
            self.assertEqual(statuses, {200: 1, 401: 7})

    def test_without_a_proof_it_is_worth_nothing(self):
        self.refused(self.gateway.get("/opaque/", *presenting(self.token)), "invalid_dpop_proof", "dpop-absent")
        proofs = self.key.proofs(2, self.url("/opaque/"), self.token)
        self.refused(self.gateway.get("/opaque/", *presenting(self.token, proofs[0]), ("DPoP", proofs[1])), "invalid_dpop_proof", "dpop-several")

    def test_as_a_bearer_token_it_is_worth_nothing(self):
        self.refused(self.gateway.get("/opaque/", bearer(self.token)), "invalid_token", "dpop-scheme")
        self.refused(self.gateway.get("/opaque/", *presenting(self.token, self.proof("/opaque/"), "Bearer")), "invalid_token", "dpop-scheme")

    def test_a_free_token_needs_no_proof_and_gets_none(self):
        token = provider.token()
        self.assertEqual(self.gateway.get("/opaque/", bearer(token)).status, 200)
        self.refused(self.gateway.get("/opaque/", *presenting(token, self.proof("/opaque/", token))), "invalid_token", "dpop-unbound")

    def test_the_proof_is_of_the_tokens_key(self):
        thief = dpop.Key("RS256")
        self.refused(self.gateway.get("/opaque/", *presenting(self.token, thief.proof(self.url("/opaque/"), self.token))), "invalid_token", "dpop-other-key")
        # With the right key in the header it is not the right signature.
        thief.public = self.key.public
        thief.algorithm, thief.private = "ES256", {**tokens.EC, **OTHER_EC}
        self.refused(self.gateway.get("/opaque/", *presenting(self.token, thief.proof(self.url("/opaque/"), self.token))), "invalid_dpop_proof", "dpop-signature")

    def test_the_proof_is_for_this_request(self):
        now = int(time.time())
        for why, changes in {
            "dpop-uri": {"htu": self.url("/opaque/other")}, "dpop-method": {"htm": "PUT"}, "dpop-time": {"iat": now - 3600},
            "dpop-token": {"ath": dpop.digest("another")}, "dpop-malformed": {"jti": None}, "dpop-type": {"header": {"typ": "JWT"}},
        }.items():
            with self.subTest(why):
                answer = self.gateway.get("/opaque/", *presenting(self.token, self.proof("/opaque/", **changes)))
                self.refused(answer, "invalid_dpop_proof", why)
        self.refused(self.gateway.get("/opaque/", *presenting(self.token, self.proof("/opaque/", iat=now + 3600))), "invalid_dpop_proof", "dpop-time")

    def test_a_private_key_is_no_business_of_ours(self):
        proof = self.proof("/opaque/", header={"jwk": {**self.key.public, "d": self.key.private["d"]}})
        self.refused(self.gateway.get("/opaque/", *presenting(self.token, proof)), "invalid_dpop_proof", "dpop-key")

    def test_what_an_endpoint_asks_beside_is_asked_afterwards(self):
        token = self.key.token(provider, scope="read")
        self.assertEqual(self.gateway.get("/opaque/", *presenting(token, self.proof("/opaque/", token))).status, 200)
        self.refused(self.gateway.get("/other-rules/", *presenting(token)), "invalid_dpop_proof")
        answer = self.gateway.get("/other-rules/", *presenting(token, self.proof("/other-rules/", token)))
        self.assertEqual(answer.status, 403)
        self.assertRegex(answer.headers["WWW-Authenticate"], '^DPoP .*error="insufficient_scope"')

    # --- What an endpoint may ask for

    def test_required_a_free_token_is_refused(self):
        self.refused(self.gateway.get("/required/", bearer(provider.token())), "invalid_token", "dpop-unbound")
        self.assertEqual(self.gateway.get("/required/", *presenting(self.token, self.proof("/required/"))).status, 200)
        answer = self.gateway.get("/required/")
        self.assertEqual(answer.status, 401)
        self.assertRegex(answer.headers["WWW-Authenticate"], '^DPoP realm="[^"]*", algs="')

    def test_a_nonce_is_handed_out_and_asked_for(self):
        answer = self.gateway.get("/nonce/", *presenting(self.token, self.proof("/nonce/")))
        self.refused(answer, "use_dpop_nonce", "dpop-nonce")
        nonce = answer.headers["DPoP-Nonce"]
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        # The client's clock does not count any more.
        for proof in self.key.proofs(3, self.url("/nonce/"), self.token, nonce=nonce, iat=1):
            self.assertEqual(self.gateway.get("/nonce/", *presenting(self.token, proof)).status, 200)
        self.refused(self.gateway.get("/nonce/", *presenting(self.token, proof)), "invalid_dpop_proof", "dpop-replay")
        self.refused(self.gateway.get("/nonce/", *presenting(self.token, self.proof("/nonce/", nonce="A" * 22))), "use_dpop_nonce")

    def test_before_a_nonce_is_over_the_next_one_comes_with_an_answer(self):
        nonce = self.gateway.get("/nonce/", *presenting(self.token, self.proof("/nonce/"))).headers["DPoP-Nonce"]
        for _ in range(40):
            answer = self.gateway.get("/nonce/", *presenting(self.token, self.proof("/nonce/", nonce=nonce)))
            self.assertEqual(answer.status, 200, answer)
            if answer.headers["DPoP-Nonce"]:
                break
            time.sleep(0.1)
        following = answer.headers["DPoP-Nonce"]
        self.assertNotIn(following, (None, nonce))
        self.assertIn("no-store", answer.headers.get_all("Cache-Control"))
        self.assertEqual(self.gateway.get("/nonce/", *presenting(self.token, self.proof("/nonce/", nonce=following))).status, 200)
        time.sleep(4.1)
        answer = self.gateway.get("/nonce/", *presenting(self.token, self.proof("/nonce/", nonce=following)))
        self.refused(answer, "use_dpop_nonce")

    def test_a_challenge_names_what_the_endpoint_takes(self):
        challenges = self.gateway.get("/nonce/").headers.get_all("WWW-Authenticate")
        self.assertEqual([challenge.split()[0] for challenge in challenges], ["Bearer", "DPoP"])
        challenges = self.gateway.get("/opaque/").headers.get_all("WWW-Authenticate")
        self.assertEqual([challenge.split()[0] for challenge in challenges], ["Bearer"])


class Store(unittest.TestCase):
    def test_when_no_proof_can_be_remembered_none_is_taken(self):
        key = dpop.Key()
        token = key.token(provider)
        with_limit = configuration(provider, upstream, [endpoint("/opaque/", authenticate=using("oauth2", dpop={"max_age_s": 1}))],
                                   limits={"dpop_proofs": 16})
        gateway = Gateway(with_limit).start()
        self.addCleanup(gateway.stop)
        url = f"http://127.0.0.1:{gateway.port}/opaque/"
        proofs = key.proofs(20, url, token, iat=int(time.time()) + 8)  # within what a clock may be ahead
        answers = [gateway.get("/opaque/", *presenting(token, proof)) for proof in proofs]
        self.assertEqual([answer.status for answer in answers], [200] * 16 + [503] * 4)
        self.assertTrue(answers[-1].headers["Retry-After"])
        self.assertEqual(gateway.get("/opaque/", *presenting(token, proofs[0])).status, 401, "what is remembered stays so")
        self.assertEqual(gateway.counters()["proofs_exhausted"], 4)
        time.sleep(12)  # by then all of them are over
        self.assertEqual(gateway.get("/opaque/", *presenting(token, key.proof(url, token))).status, 200)


OTHER_EC = {  # RFC 7517 A.2
    "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4", "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
    "d": "870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE",
}
