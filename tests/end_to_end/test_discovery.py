"""The issuer alone is configured: where its keys, its introspection and its UserInfo are, its own document says."""

import unittest

from client import bearer, until
from peers import provider, upstream
from stack import Gateway, Provider, configuration, endpoint, secret_file, signed_in, using


def by_issuer(of):
    return {
        "issuer": of.url(""), "jwks": {"cooldown_s": 1},
        "introspection": {"client_auth": "client_secret_basic", "client_id": "postern", "client_secret_file": secret_file()},
        "timeouts": {"connect_ms": 500, "response_ms": 1000},
    }


ENDPOINTS = [endpoint("/jwt/", authenticate=using("jwt", "issuer")), endpoint("/opaque/", authenticate=using("oauth2", "issuer")),
             signed_in("/me/", "issuer"), endpoint("/public/", public=True)]


class Discovery(unittest.TestCase):
    def gateway(self, of):
        gateway = Gateway(configuration(of, upstream, ENDPOINTS, providers={"issuer": by_issuer(of)})).start()
        self.addCleanup(gateway.stop)
        return gateway

    def test_the_issuer_alone_is_enough_for_all_three_connectors(self):
        before = provider.calls("discovery")
        gateway = self.gateway(provider)
        self.assertEqual(gateway.get("/public/").status, 200)
        self.assertEqual(provider.calls("discovery"), before)  # not before somebody needs it
        person = provider.sign_in()
        for path, token in (("/jwt/", provider.jwt()), ("/opaque/", provider.token()), ("/me/", person["access_token"]),
                            ("/me/", person["id_token"]), ("/jwt/", provider.jwt())):
            answer = gateway.get(path, bearer(token))
            self.assertEqual(answer.status, 200, (path, answer))
        self.assertEqual(provider.calls("discovery"), before + 1)

    def test_it_starts_without_the_provider_and_finds_it_when_it_is_there(self):
        own = Provider().start()
        self.addCleanup(own.stop)
        token = own.token()
        own.stop()
        gateway = self.gateway(own)
        self.assertEqual(gateway.get("/public/").status, 200)
        answer = gateway.get("/opaque/", bearer(token))
        self.assertEqual(answer.status, 503, answer)
        self.assertGreaterEqual(int(answer.headers["Retry-After"]), 1)
        own.start()  # knows its tokens still
        self.assertTrue(until(lambda: gateway.get("/opaque/", bearer(token)).status == 200, 10, 0.2))
        self.assertEqual(gateway.get("/jwt/", bearer(own.jwt())).status, 200)

    def test_a_document_of_another_issuer_is_refused(self):
        own = Provider().start()
        self.addCleanup(own.stop)
        own.answer("discovery", body=f'{{"issuer":"http://127.0.0.1:1","jwks_uri":"{own.url("/jwks")}",'
                                     f'"introspection_endpoint":"{own.url("/token/introspection")}"}}')
        gateway = self.gateway(own)
        for path, token in (("/jwt/", own.jwt()), ("/opaque/", own.token())):
            answer = gateway.get(path, bearer(token))
            self.assertEqual(answer.status, 503, answer)
        self.assertEqual((own.calls("jwks"), own.calls()), (0, 0))
