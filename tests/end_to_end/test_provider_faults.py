"""The provider is slow, wrong, or gone: that is never the token's fault, and cached facts go on working."""

import collections
import unittest

from client import bearer, together, until
from peers import provider, upstream
from stack import Gateway, Provider, configuration, endpoint, introspecting
from targets import TARGET, needs


class ProviderFaults(unittest.TestCase):
    def gateway(self, of=None, **more):
        endpoints = more.pop("endpoints", [endpoint("/readings/"), endpoint("/public/", public=True)])
        gateway = Gateway(configuration(of or provider, upstream, endpoints, **more)).start()
        self.addCleanup(gateway.stop)
        return gateway

    def unavailable(self, answer):
        self.assertEqual(answer.status, 503, answer)
        self.assertGreaterEqual(int(answer.headers["Retry-After"]), 1)
        self.assertEqual(answer.headers["Content-Type"], "application/problem+json")

    def test_down_is_503_while_cached_facts_are_served_and_back_is_normal_again(self):
        own = Provider().start()
        self.addCleanup(own.stop)
        known, fresh = own.token(), own.token()
        gateway = self.gateway(own)
        self.assertEqual(gateway.get("/readings/", bearer(known)).status, 200)
        own.stop()
        for _ in range(3):
            answer = gateway.get("/readings/", bearer(fresh))
            self.unavailable(answer)
            self.assertLess(answer.seconds, 2.5 * TARGET.patience)
            self.assertEqual(gateway.get("/readings/", bearer(known)).status, 200)
        own.start()  # knows its tokens still
        self.assertTrue(until(lambda: gateway.get("/readings/", bearer(fresh)).status == 200, 10, 0.2))

    def test_a_slow_provider_is_503_within_its_timeout(self):
        gateway = self.gateway()
        token = provider.token()
        provider.delay(5000 * TARGET.patience)
        self.addCleanup(provider.delay, 0)
        answer = gateway.get("/readings/", bearer(token))
        self.unavailable(answer)
        self.assertLess(answer.seconds, 2.5 * TARGET.patience)
        self.assertGreater(answer.seconds, 0.8)
        provider.delay(0)
        self.assertTrue(until(lambda: gateway.get("/readings/", bearer(token)).status == 200, 10, 0.2))

    def test_nonsense_is_503_and_never_remembered(self):
        gateway = self.gateway()
        token = provider.token()
        self.addCleanup(provider.answer)
        for how in ({"status": 500}, {"status": 401}, {"status": 302}, {"body": "not json"}, {"body": "[]"}, {"body": '{"active":"true"}'},
                    {"body": '{"active":true,"active":true}'}, {"body": '{"active":true'}, {"body": "{}"}):
            provider.answer(**how)
            answer = gateway.get("/readings/", bearer(token))
            with self.subTest(how):
                self.unavailable(answer)
        provider.answer()
        self.assertTrue(until(lambda: gateway.get("/readings/", bearer(token)).status == 200, 10, 0.2))

    def test_it_starts_and_serves_with_the_provider_and_its_name_unknown(self):
        nowhere = introspecting(provider)
        nowhere["introspection"] = {**nowhere["introspection"], "url": "http://no-such-provider.invalid:8080/introspect"}
        gateway = self.gateway(providers={"nowhere": nowhere}, endpoints=[
            endpoint("/readings/"), endpoint("/public/", public=True),
            endpoint("/nowhere/", authenticate={"connector": "oauth2", "select": {"default": "nowhere"}})])
        self.assertEqual(gateway.get("/public/").status, 200)
        answer = gateway.get("/nowhere/", bearer("some-token"))
        self.unavailable(answer)
        self.assertEqual(gateway.get("/readings/", bearer(provider.token())).status, 200)


@needs("crowds")
class SingleFlight(unittest.TestCase):
    CLIENTS = 1000

    def gateway(self, **limits):
        gateway = Gateway(configuration(
            provider, upstream, [endpoint("/readings/")], plant={"timeouts": {"connect_ms": 1000, "response_ms": 15000}},
            limits={"workers": 2, "connections": 1200, "waiters": 1200, "upstream_connections": 1200, **limits})).start()
        self.addCleanup(gateway.stop)
        self.addCleanup(provider.delay, 0)
        return gateway

    def test_a_thousand_concurrent_requests_with_one_new_token_ask_once(self):
        gateway = self.gateway()
        token = provider.token()
        before = provider.calls()
        provider.delay(2000)
        answers = together(gateway.port, self.CLIENTS, "/readings/", bearer(token))
        self.assertEqual(collections.Counter(answer.status for answer in answers), {200: self.CLIENTS})
        self.assertEqual(provider.calls(), before + 1)

    def test_waiters_are_bounded_and_the_rest_is_told_to_come_back(self):
        gateway = self.gateway(workers=1, waiters=8)
        token = provider.token()
        before = provider.calls()
        provider.delay(1000)
        answers = together(gateway.port, 50, "/readings/", bearer(token))
        statuses = collections.Counter(answer.status for answer in answers)
        self.assertEqual(set(statuses), {200, 503}, statuses)
        self.assertLessEqual(statuses[200], 9)
        self.assertTrue(all(answer.headers["Retry-After"] for answer in answers if answer.status == 503))
        self.assertEqual(provider.calls(), before + 1)
