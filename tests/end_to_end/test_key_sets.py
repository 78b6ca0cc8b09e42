"""Keys change while requests run, and garbage asks for keys that never were."""

import collections
import json
import secrets
import socket
import threading
import time
import unittest

import tokens
from client import bearer, until
from peers import provider, upstream
from scripted import Scripted, http, json_answer
from stack import Gateway, configuration, endpoint, using, verifying

COOLDOWN_S = 1
ISSUER = "https://id.plant.example"


def claims(number=0):
    return {"iss": ISSUER, "sub": "alice", "scope": "read", "exp": int(time.time()) + 600, "jti": str(number)}


class Rotation(unittest.TestCase):
    REQUESTS_PER_S = 200
    THREADS = 8
    ROTATE_AT_S = (1.5, 3.5)
    SECONDS = 5

    def test_no_valid_token_is_refused_while_keys_are_rotated(self):
        gateway = Gateway(configuration(provider, upstream, [endpoint("/readings/", authenticate=using("jwt", "keys"))],
                                        providers={"keys": verifying(provider)}, limits={"workers": 2})).start()
        self.addCleanup(gateway.stop)
        recent = collections.deque([provider.jwt()], maxlen=20)  # of one second, so of two key generations at most
        statuses, stop = collections.Counter(), threading.Event()
        fetches = provider.calls("jwks")

        def load(number):
            due = time.monotonic()
            while not stop.is_set():
                statuses[gateway.get("/readings/", bearer(recent[number % len(recent)])).status] += 1
                number += 1
                due += self.THREADS / self.REQUESTS_PER_S
                time.sleep(max(0, due - time.monotonic()))

        began = time.monotonic()
        threads = [threading.Thread(target=load, args=(number,)) for number in range(self.THREADS)]
        for thread in threads:
            thread.start()
        rotations = list(self.ROTATE_AT_S)
        while (now := time.monotonic() - began) < self.SECONDS:
            if rotations and now >= rotations[0]:
                rotations.pop(0)
                provider.rotate()
            recent.append(provider.jwt())
            time.sleep(0.05)
        stop.set()
        for thread in threads:
            thread.join()
        self.assertEqual(set(statuses), {200}, statuses)
        self.assertGreater(statuses[200], self.REQUESTS_PER_S * self.SECONDS * 0.8)
        fetches = provider.calls("jwks") - fetches
        self.assertGreaterEqual(fetches, 1 + len(self.ROTATE_AT_S))
        self.assertLessEqual(fetches, self.SECONDS / COOLDOWN_S + 1)


def key_set(**keys):
    """The answer that publishes these, by kid."""
    return json_answer(json.dumps({"keys": [tokens.public(key, kid=kid) for kid, key in keys.items()]}))


def signed(count, kid, algorithm="RS256"):
    """That many different tokens."""
    return tokens.sign_all([tokens.unsigned(algorithm, claims(number), {"kid": kid}) for number in range(count)])


class OneKeySet(unittest.TestCase):
    """A gateway whose provider publishes what a test says; at first the key `good`."""

    def setUp(self):
        self.provider = Scripted({"/jwks": key_set(good=tokens.RSA)})
        self.addCleanup(self.provider.stop)

    def start(self, url=None, workers=1, offline=None, **jwks):
        entry = {"issuer": ISSUER, "jwks": {"url": url or self.provider.url("/jwks"), "cooldown_s": COOLDOWN_S, **jwks}}
        if offline:
            entry["offline"] = offline
        self.gateway = Gateway(configuration(provider, upstream, [endpoint("/readings/", authenticate=using("jwt", "keys"))],
                                             providers={"keys": entry}, limits={"workers": workers})).start()
        self.addCleanup(self.gateway.stop)

    def status(self, token):
        return self.gateway.get("/readings/", bearer(token)).status


class UnknownKeys(OneKeySet):
    REQUESTS = 10_000
    BATCH = 50

    def setUp(self):
        super().setUp()
        self.start(workers=2)

    def test_ten_thousand_random_kids_cost_a_fetch_per_cooldown_and_no_good_key(self):
        good = signed(2, "good")
        self.assertEqual(self.status(good[0]), 200)
        began = time.monotonic()
        statuses = collections.Counter()
        with socket.create_connection(("127.0.0.1", self.gateway.port), timeout=20) as stream:
            for _ in range(self.REQUESTS // self.BATCH):
                statuses.update(self.pipelined(stream))
        seconds = time.monotonic() - began
        self.assertEqual(statuses, {401: self.REQUESTS})
        self.assertLessEqual(self.provider.asked("/jwks"), 1 + seconds / COOLDOWN_S + 1)
        self.assertEqual(self.status(good[1]), 200)  # new, so it needs the key

    def pipelined(self, stream):
        """The statuses of a batch of requests, each with a kid of its own."""
        payload, signature = tokens.base64url(json.dumps(claims()).encode()), tokens.base64url(bytes(256))
        wire = ""
        for _ in range(self.BATCH):
            header = tokens.base64url(json.dumps({"alg": "RS256", "kid": secrets.token_hex(8)}).encode())
            wire += f"GET /readings/ HTTP/1.1\r\nHost: gw\r\nAuthorization: Bearer {header}.{payload}.{signature}\r\n\r\n"
        stream.sendall(wire.encode())
        received = b""
        while received.count(b"HTTP/1.1 ") < self.BATCH or not received.endswith(b"}\n"):
            more = stream.recv(1 << 16)
            if not more:
                break
            received += more
        return [int(part[:3]) for part in received.split(b"HTTP/1.1 ")[1:]]

    def test_the_last_good_keys_stay_when_the_provider_fails_and_when_it_has_none(self):
        good = signed(4, "good")
        self.assertEqual(self.status(good.pop()), 200)
        for number, broken in enumerate((http(500), json_answer('{"keys":[]}'), json_answer("<html>"))):
            self.provider.answers["/jwks"] = broken
            time.sleep(COOLDOWN_S + 0.1)
            before = self.provider.asked("/jwks")
            self.assertEqual(self.status(signed(1, f"other-{number}", "ES256")[0]), 401)
            self.assertEqual(self.provider.asked("/jwks"), before + 1)
            self.assertEqual(self.status(good.pop()), 200)

    def test_all_who_wait_for_the_first_key_set_share_one_fetch(self):
        keys = self.provider.answers["/jwks"]

        def slowly(request, stream):
            time.sleep(0.5)
            stream.sendall(keys)
            return True

        self.provider.answers["/jwks"] = slowly
        made = signed(20, "good", "ES256") + signed(20, "good")
        statuses, lock = collections.Counter(), threading.Lock()

        def ask(token):
            status = self.status(token)
            with lock:
                statuses[status] += 1

        threads = [threading.Thread(target=ask, args=(token,)) for token in made]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(statuses, {401: 20, 200: 20})
        self.assertEqual(self.provider.asked("/jwks"), 1)


class Life(OneKeySet):
    """How long keys serve, and when they are fetched again."""

    def test_a_key_that_left_the_set_vouches_no_more_for_what_it_verified_before(self):
        self.start()
        known, fresh = signed(2, "good")
        self.assertEqual([self.status(known), self.status(known)], [200, 200])
        self.provider.answers["/jwks"] = key_set(next=tokens.EC)
        time.sleep(COOLDOWN_S + 0.1)
        self.assertEqual(self.status(signed(1, "next", "ES256")[0]), 200)
        self.assertEqual([self.status(known), self.status(fresh)], [401, 401])

    def test_a_token_whose_key_is_published_later_is_accepted_from_then_on(self):
        self.start()
        token, = signed(1, "next", "ES256")
        self.assertEqual(self.status(signed(1, "good")[0]), 200)
        self.assertEqual(self.status(token), 401)  # within the cool-down, so nobody is asked
        self.provider.answers["/jwks"] = key_set(good=tokens.RSA, next=tokens.EC)
        self.assertTrue(until(lambda: self.status(token) == 200, COOLDOWN_S + 1))
        self.assertEqual(self.provider.asked("/jwks"), 2)

    def test_the_refresh_holds_nobody_up(self):
        self.start(refresh_s=1)
        good = iter(signed(120, "good"))
        self.assertEqual(self.status(next(good)), 200)
        keys = self.provider.answers["/jwks"]

        def slowly(request, stream):
            time.sleep(0.8)
            stream.sendall(keys)
            return True

        self.provider.answers["/jwks"] = slowly
        began, slowest = time.monotonic(), 0
        while time.monotonic() - began < 2.5:
            answer = self.gateway.get("/readings/", bearer(next(good)))
            self.assertEqual(answer.status, 200)
            slowest = max(slowest, answer.seconds)
            time.sleep(0.03)
        self.assertLess(slowest, 0.5)
        self.assertGreater(self.provider.asked("/jwks"), 1)

    def test_keys_that_cannot_be_fetched_again_serve_for_keys_s_and_no_longer(self):
        self.start(refresh_s=1, offline={"facts_s": 0, "keys_s": 2})
        good = signed(100, "good")
        self.assertEqual(self.status(good.pop()), 200)
        self.provider.answers["/jwks"] = http(500)
        began = time.monotonic()
        while (status := self.status(good.pop())) == 200:
            time.sleep(0.1)
        self.assertEqual(status, 503)
        self.assertGreater(time.monotonic() - began, 1.8)
        self.assertLess(time.monotonic() - began, 4)
        self.provider.answers["/jwks"] = key_set(good=tokens.RSA)
        self.assertTrue(until(lambda: self.status(good.pop()) == 200, COOLDOWN_S + 2, 0.1))

    def test_a_provider_that_was_not_there_is_asked_again_after_a_second(self):
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            port = nobody.getsockname()[1]
            self.start(f"http://127.0.0.1:{port}/jwks", cooldown_s=600)
            token, = signed(1, "good")
            answer = self.gateway.get("/readings/", bearer(token))
            self.assertEqual(answer.status, 503, answer)
            self.assertLessEqual(int(answer.headers["Retry-After"]), 2)
        there = Scripted(self.provider.answers, port=port)
        self.addCleanup(there.stop)
        self.assertTrue(until(lambda: self.status(token) == 200, 3, 0.1))
