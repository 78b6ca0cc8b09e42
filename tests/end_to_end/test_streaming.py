"""Bodies stream both ways in bounded memory, and an upgraded connection is a tunnel."""

import base64
import hashlib
import http.client
import json
import os
import socket
import threading
import time
import unittest

from client import bearer, send
from peers import provider, upstream
from stack import Gateway, configuration, endpoint, free_port
from targets import TARGET, can

MIB = 1024 * 1024
BODY_BYTES = 64 * MIB // TARGET.patience


def blocks(total, size=64 * 1024):
    """Bytes that repeat with a period no buffer has."""
    pattern = bytes(i % 251 for i in range(251 * 300))
    sent = 0
    while sent < total:
        block = pattern[: min(len(pattern), total - sent)]
        sent += len(block)
        yield block


def digest_of(total):
    sha = hashlib.sha256()
    for block in blocks(total):
        sha.update(block)
    return sha.hexdigest()


class RefusesUploads:
    """An upstream that reads no body: it answers 413 and closes, which resets the connection."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", free_port()))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            connection.recv(100)
            connection.sendall(b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            connection.close()


class Refusal(unittest.TestCase):
    def test_an_upstream_that_refuses_an_upload_and_resets_is_heard(self):
        refusing = RefusesUploads()
        self.addCleanup(refusing.listener.close)
        gateway = Gateway(configuration(provider, refusing, [endpoint("/public/", public=True)])).start()
        self.addCleanup(gateway.stop)
        for _ in range(20):
            with socket.create_connection(("127.0.0.1", gateway.port), timeout=10) as client:
                try:
                    client.sendall(b"POST /public/ HTTP/1.1\r\nHost: a\r\nContent-Length: 16000000\r\n\r\n")
                    for block in blocks(MIB):
                        client.sendall(block)
                except OSError:
                    pass  # the gateway has answered, and reads no more
                self.assertRegex(client.recv(100), rb"^HTTP/1.1 413 ")


class Streaming(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.gateway = Gateway(configuration(provider, upstream, [endpoint("/api/"), endpoint("/public/", public=True)])).start()
        cls.headers = [bearer(provider.token())]
        cls.gateway.get("/api/", *cls.headers)

    @classmethod
    def tearDownClass(cls):
        cls.gateway.stop()

    def setUp(self):
        self.connection = http.client.HTTPConnection("127.0.0.1", self.gateway.port, timeout=60)
        self.addCleanup(self.connection.close)

    def assert_memory_stayed(self, before):
        if can("memory"):
            self.assertLess(self.gateway.resident_kib() - before, 2 * 1024)

    def start(self, target, *more, method="POST"):
        self.connection.putrequest(method, target, skip_accept_encoding=True)
        for name, value in [*self.headers, *more]:
            self.connection.putheader(name, value)
        self.connection.endheaders()

    def test_a_large_body_with_a_length_arrives_whole(self):
        before = self.gateway.resident_kib()
        self.start("/api/upload", ("Content-Length", BODY_BYTES))
        for block in blocks(BODY_BYTES):
            self.connection.send(block)
        seen = self.connection.getresponse()
        answer = json.loads(seen.read())
        self.assertEqual((answer["body_bytes"], answer["body_sha256"]), (BODY_BYTES, digest_of(BODY_BYTES)))
        self.assert_memory_stayed(before)

    def test_a_large_chunked_body_is_echoed_while_it_is_sent(self):
        before = self.gateway.resident_kib()
        self.start("/api/echo", ("Transfer-Encoding", "chunked"))

        def upload():
            for block in blocks(BODY_BYTES):
                self.connection.send(b"%x\r\n%s\r\n" % (len(block), block))
            self.connection.send(b"0\r\n\r\n")

        sender = threading.Thread(target=upload)
        sender.start()
        answer = self.connection.getresponse()
        sha, count = hashlib.sha256(), 0
        while block := answer.read(MIB):
            sha.update(block)
            count += len(block)
        sender.join()
        self.assertEqual((count, sha.hexdigest()), (BODY_BYTES, digest_of(BODY_BYTES)))
        self.assert_memory_stayed(before)

    def test_a_client_that_does_not_read_stops_the_upstream_not_the_gateway(self):
        before = self.gateway.resident_kib()
        send(self.connection, f"/api/bytes?count={BODY_BYTES}", self.headers)
        time.sleep(1)  # reading nothing
        self.assert_memory_stayed(before)
        self.assertEqual(self.gateway.get("/api/", *self.headers).status, 200)  # others go on
        answer = self.connection.getresponse()
        self.assertEqual(sum(len(block) for block in iter(lambda: answer.read(MIB), b"")), BODY_BYTES)

    def test_expect_100_continue_is_answered_before_the_body(self):
        self.start("/api/upload", ("Content-Length", "5"), ("Expect", "100-continue"))
        raw = self.connection.sock
        self.assertTrue(raw.recv(1024).startswith(b"HTTP/1.1 100 "))
        raw.sendall(b"hello")
        answer = http.client.HTTPResponse(raw)
        answer.begin()
        self.assertEqual(answer.status, 200)

    def test_expect_without_a_token_is_401_and_no_body_is_invited(self):
        self.headers = []
        self.start("/api/upload", ("Content-Length", "5"), ("Expect", "100-continue"))
        self.assertTrue(self.connection.sock.recv(1024).startswith(b"HTTP/1.1 401 "))

    def test_a_connection_is_kept_for_the_next_request(self):
        ports = set()
        for _ in range(20):
            send(self.connection, "/api/", self.headers)
            self.connection.getresponse().read()
            ports.add(self.connection.sock.getsockname()[1])
        self.assertEqual(len(ports), 1)

    def test_head_and_no_content_have_no_body(self):
        for method, target, status in (("HEAD", "/api/bytes?count=1000", 200), ("GET", "/api/status?code=204", 204),
                                       ("GET", "/api/status?code=304", 304), ("GET", "/api/", 200)):
            send(self.connection, target, self.headers, method)
            answer = self.connection.getresponse()
            body = answer.read()
            self.assertEqual(answer.status, status)
            self.assertEqual(body == b"", target != "/api/", (target, body))


class WebSocket(unittest.TestCase):
    def setUp(self):
        self.gateway = Gateway(configuration(provider, upstream, [endpoint("/live/")])).start()
        self.addCleanup(self.gateway.stop)

    def open(self, *headers):
        raw = socket.create_connection(("127.0.0.1", self.gateway.port), timeout=20)
        self.addCleanup(raw.close)
        key = base64.b64encode(os.urandom(16)).decode()
        lines = ["GET /live/feed HTTP/1.1", "Host: plant", "Upgrade: websocket", "Connection: Upgrade",
                 f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", *(f"{n}: {v}" for n, v in headers)]
        raw.sendall("\r\n".join([*lines, "", ""]).encode())
        head = b""
        while b"\r\n\r\n" not in head:
            block = raw.recv(4096)
            self.assertTrue(block, head)
            head += block
        accept = base64.b64encode(hashlib.sha1(f"{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11".encode()).digest()).decode()
        return raw, head.decode(), accept

    def test_an_upgrade_with_a_token_is_a_tunnel_both_ways(self):
        raw, head, accept = self.open(bearer(provider.token()))
        self.assertTrue(head.startswith("HTTP/1.1 101 "), head)
        self.assertIn(f"Sec-WebSocket-Accept: {accept}", head)
        self.assertIn("X-Seen: operator", head)  # the upstream saw who it is
        sent = b"".join(blocks(4 * MIB))
        sender = threading.Thread(target=raw.sendall, args=(sent,))
        sender.start()
        echoed = bytearray()
        while len(echoed) < len(sent):
            echoed += raw.recv(MIB)
        sender.join()
        self.assertEqual(hashlib.sha256(echoed).digest(), hashlib.sha256(sent).digest())
        raw.shutdown(socket.SHUT_WR)  # our end reaches the upstream, whose end comes back
        self.assertEqual(raw.recv(1), b"")

    def test_an_upgrade_without_a_token_is_401(self):
        _, head, _ = self.open()
        self.assertTrue(head.startswith("HTTP/1.1 401 "), head)
