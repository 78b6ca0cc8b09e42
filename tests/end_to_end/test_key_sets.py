"""Keys change while requests run, and garbage asks for keys that never were."""

import collections
import json
import secrets
import socket
import threading
import time
import unittest

import tokens
from client import bearer
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
                                        providers={"keys": verifying(provider)})).start()
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


class UnknownKeys(unittest.TestCase):
    REQUESTS = 10_000
    BATCH = 50

    def setUp(self):
        keys = {"keys": [tokens.public(tokens.RSA, kid="good")]}
        self.provider = Scripted({"/jwks": json_answer(json.dumps(keys))})
        self.addCleanup(self.provider.stop)
        entry = {"issuer": ISSUER, "jwks": {"url": self.provider.url("/jwks"), "cooldown_s": COOLDOWN_S}}
        self.gateway = Gateway(configuration(provider, upstream, [endpoint("/readings/", authenticate=using("jwt", "keys"))],
                                             providers={"keys": entry})).start()
        self.addCleanup(self.gateway.stop)

    def test_ten_thousand_random_kids_cost_a_fetch_per_cooldown_and_no_good_key(self):
        good = tokens.sign_all([tokens.unsigned("RS256", claims(number), {"kid": "good"}) for number in range(2)])
        self.assertEqual(self.gateway.get("/readings/", bearer(good[0])).status, 200)
        began = time.monotonic()
        statuses = collections.Counter()
        with socket.create_connection(("127.0.0.1", self.gateway.port), timeout=20) as stream:
            for _ in range(self.REQUESTS // self.BATCH):
                statuses.update(self.pipelined(stream))
        seconds = time.monotonic() - began
        self.assertEqual(statuses, {401: self.REQUESTS})
        self.assertLessEqual(self.provider.asked("/jwks"), 1 + seconds / COOLDOWN_S + 1)
        self.assertEqual(self.gateway.get("/readings/", bearer(good[1])).status, 200)  # new, so it needs the key

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
        good = tokens.sign_all([tokens.unsigned("RS256", claims(number), {"kid": "good"}) for number in range(4)])
        stranger, = tokens.sign_all([tokens.unsigned("ES256", claims(), {"kid": "other"})])
        self.assertEqual(self.gateway.get("/readings/", bearer(good.pop())).status, 200)
        for broken in (http(500), json_answer('{"keys":[]}'), json_answer("<html>")):
            self.provider.answers["/jwks"] = broken
            time.sleep(COOLDOWN_S + 0.1)
            before = self.provider.asked("/jwks")
            self.assertEqual(self.gateway.get("/readings/", bearer(stranger)).status, 401)
            self.assertEqual(self.provider.asked("/jwks"), before + 1)
            self.assertEqual(self.gateway.get("/readings/", bearer(good.pop())).status, 200)

    def test_all_who_wait_for_the_first_key_set_share_one_fetch(self):
        keys = self.provider.answers["/jwks"]

        def slowly(request, stream):
            time.sleep(0.5)
            stream.sendall(keys)
            return True

        self.provider.answers["/jwks"] = slowly
        made = tokens.sign_all([tokens.unsigned("ES256", claims(number), {"kid": "good"}) for number in range(20)])
        made += tokens.sign_all([tokens.unsigned("RS256", claims(number), {"kid": "good"}) for number in range(20)])
        statuses, lock = collections.Counter(), threading.Lock()

        def ask(token):
            status = self.gateway.get("/readings/", bearer(token)).status
            with lock:
                statuses[status] += 1

        threads = [threading.Thread(target=ask, args=(token,)) for token in made]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(statuses, {401: 20, 200: 20})
        self.assertEqual(self.provider.asked("/jwks"), 1)
