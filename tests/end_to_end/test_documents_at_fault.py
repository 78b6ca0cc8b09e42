"""What a provider serves is slow, huge, broken or not there: 503 within its time-out, and nothing of it is remembered."""

import concurrent.futures
import json
import socket
import time
import unittest

import tokens
from client import bearer, until
from peers import provider, upstream
from scripted import Scripted, http, json_answer
from stack import Gateway, configuration, endpoint, signed_in, using
from targets import can

ISSUER = "https://id.plant.example"
TIMEOUTS = {"connect_ms": 300, "response_ms": 700}
LATEST_S = 2.5  # Of an answer; discovery and the key set are two calls.
JSON = "Content-Type: application/json"


def silent(request, stream):
    while stream.recv(1 << 16):
        pass


def dripping(request, stream):
    """A byte now and then: never silent for long, never done."""
    for byte in http(200, b" " * 1000, JSON):
        stream.sendall(bytes([byte]))
        time.sleep(0.05)


def endless(request, stream):
    stream.sendall(f"HTTP/1.1 200 X\r\n{JSON}\r\n\r\n{{\"x\":\"".encode())
    while True:
        stream.sendall(b"x" * 65536)


def reset(request, stream):
    stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


FAULTS = {
    "silent": silent,
    "dripping": dripping,
    "endless": endless,
    "reset": reset,
    "huge": lambda request, stream: stream.sendall(http(200, b'{"x":"' + b"x" * 5_000_000 + b'"}', JSON)),
    "truncated": http(200, b"x" * 100, JSON)[:-50].replace(b"Length: 100", b"Length: 1000"),
    "deep": json_answer('{"keys":' + "[" * 5000 + "]" * 5000 + "}"),
    "redirect": http(302, b"", "Location: /elsewhere"),
    "two-lengths": f"HTTP/1.1 200 X\r\n{JSON}\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{{}}".encode(),
    "length-and-chunks": f"HTTP/1.1 200 X\r\n{JSON}\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n".encode(),
    "bad-chunk": f"HTTP/1.1 200 X\r\n{JSON}\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{{}}\r\n0\r\n\r\n".encode(),
    "no-http": b"SSH-2.0-OpenSSH_9.2\r\n",
    "not-json": json_answer("<html></html>"),
}
KINDS = ("jwks", "userinfo", "discovery")


class Truncating:
    """Sends what is there and closes: `Scripted` keeps connections whose answer has a length."""

    def __init__(self, data):
        self.data = data

    def __call__(self, request, stream):
        stream.sendall(self.data)


class DocumentsAtFault(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.provider = Scripted()
        cls.down = socket.socket()  # Bound, so that nobody else gets the port; nobody listens.
        cls.down.bind(("127.0.0.1", 0))
        providers, endpoints = {}, []
        for kind in KINDS:
            for fault in (*FAULTS, "down"):
                name = f"{kind}-{fault}"
                providers[name] = cls.entry(kind, fault)
                endpoints.append(signed_in(f"/{name}/", name) if kind == "userinfo" else
                                 endpoint(f"/{name}/", [], authenticate=using("jwt", name)))
        cls.tokens = cls.sign()
        cls.gateway = Gateway(configuration(provider, upstream, [*endpoints, endpoint("/public/", public=True)],
                                            providers=providers)).start()

    @classmethod
    def tearDownClass(cls):
        cls.gateway.stop()
        cls.provider.stop()
        cls.down.close()

    @classmethod
    def base(cls, fault):
        return f"http://127.0.0.1:{cls.down.getsockname()[1]}" if fault == "down" else cls.provider.url()

    @classmethod
    def path(cls, kind, fault):
        return f"/{fault}/.well-known/openid-configuration" if kind == "discovery" else f"/{kind}/{fault}"

    @classmethod
    def entry(cls, kind, fault):
        url = cls.base(fault) + cls.path(kind, fault)
        if kind == "jwks":
            return {"issuer": ISSUER, "jwks": {"url": url, "cooldown_s": 1}, "timeouts": TIMEOUTS}
        if kind == "userinfo":
            return {"issuer": ISSUER, "userinfo": {"url": url, "verify_locally": False}, "timeouts": TIMEOUTS}
        return {"issuer": cls.base(fault) + f"/{fault}", "jwks": {"cooldown_s": 1}, "timeouts": TIMEOUTS}

    @classmethod
    def sign(cls):
        """A token for each case, valid once the provider is itself: (kind, fault) → token."""
        cases = [(kind, fault) for kind in ("jwks", "discovery") for fault in (*FAULTS, "down")]
        issuers = [ISSUER if kind == "jwks" else cls.base(fault) + f"/{fault}" for kind, fault in cases]
        claims = [{"iss": issuer, "sub": "alice", "exp": int(time.time()) + 600} for issuer in issuers]
        signed = tokens.sign_all([tokens.unsigned("RS256", each, {"kid": "good"}) for each in claims])
        return {**dict(zip(cases, signed)), **{("userinfo", fault): f"token-{fault}" for fault in (*FAULTS, "down")}}

    def good(self, kind, fault):
        """What should have been served."""
        keys = json_answer(json.dumps({"keys": [tokens.public(tokens.RSA, kid="good")]}))
        if kind == "jwks":
            return keys
        if kind == "userinfo":
            return json_answer('{"sub":"alice"}')
        self.provider.answers["/keys"] = keys
        return json_answer(json.dumps({"issuer": self.base(fault) + f"/{fault}", "jwks_uri": self.base(fault) + "/keys"}))

    def ask(self, kind, fault):
        return self.gateway.get(f"/{kind}-{fault}/", bearer(self.tokens[kind, fault]))

    def all_at_once(self, cases, call):
        with concurrent.futures.ThreadPoolExecutor(len(cases)) as pool:
            return dict(zip(cases, pool.map(lambda case: call(*case), cases)))

    def test_each_is_503_in_time_and_forgotten_when_the_provider_is_itself_again(self):
        cases = [(kind, fault) for kind in KINDS for fault in FAULTS]
        resident = self.gateway.resident_kib()
        for kind, fault in cases:
            answer = FAULTS[fault]
            self.provider.answers[self.path(kind, fault)] = answer if callable(answer) else Truncating(answer)
        for case, answer in self.all_at_once(cases, self.ask).items():
            with self.subTest(case):
                self.assert_unavailable(answer)
        self.assertEqual(self.provider.asked("/elsewhere"), 0)
        if can("memory"):
            self.assertLess(self.gateway.resident_kib() - resident, 1024)
        for kind, fault in cases:
            self.provider.answers[self.path(kind, fault)] = self.good(kind, fault)
        again = self.all_at_once(cases, lambda *case: until(lambda: self.ask(*case).status == 200, 5, 0.1))
        self.assertEqual([case for case, works in again.items() if not works], [])

    def test_a_provider_that_is_down_is_503_at_once(self):
        for kind in KINDS:
            with self.subTest(kind):
                self.assert_unavailable(self.ask(kind, "down"))
        self.assertEqual(self.gateway.get("/public/").status, 200)

    def assert_unavailable(self, answer):
        self.assertEqual(answer.status, 503, answer)
        self.assertGreaterEqual(int(answer.headers["Retry-After"]), 1)
        self.assertEqual(answer.headers["Content-Type"], "application/problem+json")
        self.assertLess(answer.seconds, LATEST_S)
