"""What works without TLS works with it, on every leg: bodies of any length, both ways at once, tunnels, pipelines."""

import base64
import hashlib
import http.client
import io
import json
import math
import os
import select
import signal
import ssl
import time
import unittest

from peers import provider, upstream
from scripted import Scripted
from stack import Gateway, Upstream, configuration, endpoint
from targets import TARGET, can, needs
from test_streaming import MIB, blocks, digest_of
from tls_client import NAME, Connection, context
from tls_stack import TlsGateway, everybody, tls_server
from tls_wire import Wire

BODY_BYTES = 16 * MIB // TARGET.patience
RECORD_MORE_BYTES = 32  # TLS 1.3: a byte for the type, at most 15 to pad it, and the tag
VERSIONS = (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)


def exchange(stream, data, expected_bytes=math.inf):
    """Sends and receives at the same time, in one thread: a TLS connection is no thing for two. Gives what came,
    up to the connection's end or to `expected_bytes`."""
    stream.setblocking(False)
    left, received = memoryview(data), bytearray()
    end = time.monotonic() + 60
    while len(received) < expected_bytes:
        if time.monotonic() > end:
            raise TimeoutError(f"{len(left)} bytes not sent, {len(received)} received")
        moved = False
        if left:
            try:
                left = left[stream.send(left[:65536]):]
                moved = True
            except (ssl.SSLWantReadError, ssl.SSLWantWriteError, BlockingIOError):
                pass
        try:
            block = stream.recv(65536)
            if not block:
                break
            received += block
            moved = True
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError, BlockingIOError):
            pass
        if not moved:
            select.select([stream], [stream] if left else [], [], 1)
    stream.setblocking(True)
    return received


class BothLegs(unittest.TestCase):
    """TLS to the client; behind the gateway an upstream with TLS (/far/) and one without (/near/)."""

    @classmethod
    def setUpClass(cls):
        cls.far = Upstream(everybody.issuing.issue("far", ["localhost"])).start()
        cls.addClassCleanup(cls.far.stop)
        made = configuration(provider, upstream, [endpoint("/near/", public=True), endpoint("/far/", public=True, upstream="far")])
        made["upstreams"]["far"] = {"servers": [f"https://localhost:{cls.far.port}"], "tls": {"ca_file": str(everybody.root.file)}}
        cls.gateway = TlsGateway(made)
        cls.plain_port = cls.gateway.add_listener()
        cls.gateway.start()
        cls.addClassCleanup(cls.gateway.stop)

    def ways(self):
        """A connection and a path for every combination of legs and versions with TLS in it."""
        yield "plain to TLS", http.client.HTTPConnection("127.0.0.1", self.plain_port, timeout=60), "/far"
        for version in VERSIONS:
            for path in ("/near", "/far"):
                yield f"{version.name} to {path}", Connection(self.gateway.port, context(everybody.root, version=version), timeout=60), path

    def each_way(self, check):
        for name, connection, path in self.ways():
            before = self.gateway.resident_kib()
            with self.subTest(name):
                self.addCleanup(connection.close)
                check(connection, path)
                if can("memory"):
                    self.assertLess(self.gateway.resident_kib() - before, 2 * 1024)

    def test_a_large_body_is_uploaded_whole(self):
        def check(connection, path):
            connection.request("POST", f"{path}/upload", blocks(BODY_BYTES), {"Content-Length": str(BODY_BYTES)})
            answer = json.loads(connection.getresponse().read())
            self.assertEqual((answer["body_bytes"], answer["body_sha256"]), (BODY_BYTES, digest_of(BODY_BYTES)))

        self.each_way(check)

    def test_a_large_body_is_downloaded_whole_by_a_client_that_is_in_no_hurry(self):
        def check(connection, path):
            connection.request("GET", f"{path}/bytes?count={BODY_BYTES}")
            time.sleep(0.3)
            answer, sha = connection.getresponse(), hashlib.sha256()
            while block := answer.read(MIB):
                sha.update(block)
            self.assertEqual(sha.hexdigest(), digest_of(BODY_BYTES))

        self.each_way(check)

    def test_a_chunked_body_is_echoed_while_it_is_sent(self):
        def check(connection, path):
            connection.connect()
            body = b"".join(b"%x\r\n%s\r\n" % (len(block), block) for block in blocks(BODY_BYTES)) + b"0\r\n\r\n"
            head = f"POST {path}/echo HTTP/1.1\r\nHost: {NAME}\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n".encode()
            answer = http.client.HTTPResponse(Replay(exchange(connection.sock, head + body)))
            answer.begin()
            self.assertEqual(hashlib.sha256(answer.read()).hexdigest(), digest_of(BODY_BYTES))

        self.each_way(check)

    def test_a_web_socket_is_a_tunnel_both_ways(self):
        def check(connection, path):
            connection.connect()
            key = base64.b64encode(os.urandom(16)).decode()
            connection.sock.sendall(f"GET {path}/live HTTP/1.1\r\nHost: {NAME}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                    f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode())
            head = b""
            while b"\r\n\r\n" not in head:
                head += connection.sock.recv(4096)
            self.assertTrue(head.startswith(b"HTTP/1.1 101 "), head)
            sent = b"".join(blocks(4 * MIB))
            self.assertEqual(hashlib.sha256(exchange(connection.sock, sent, len(sent))).digest(), hashlib.sha256(sent).digest())

        self.each_way(check)

    def test_small_requests_in_turn_keep_the_connection(self):
        def check(connection, path):
            sockets = set()
            for number in range(50):
                connection.request(("GET", "POST", "HEAD")[number % 3], f"{path}/x", b"12345" if number % 3 == 1 else None)
                answer = connection.getresponse()
                answer.read()
                self.assertEqual(answer.status, 200)
                sockets.add(connection.sock)
            self.assertEqual(len(sockets), 1)

        self.each_way(check)

    def test_expect_100_continue_is_answered_before_the_body(self):
        def check(connection, path):
            connection.connect()
            connection.sock.sendall(f"POST {path}/x HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n".encode())
            self.assertTrue(connection.sock.recv(1024).startswith(b"HTTP/1.1 100 "))
            connection.sock.sendall(b"hello")
            answer = http.client.HTTPResponse(connection.sock)
            answer.begin()
            self.assertEqual((answer.status, json.loads(answer.read())["body_bytes"]), (200, 5))

        self.each_way(check)

    def test_each_byte_in_a_record_of_its_own(self):
        for version in VERSIONS:
            with Wire(self.gateway.port, context(everybody.root, version=version)) as wire:
                wire.handshake()
                data = b"".join(wire.records(bytes([byte])) for byte in
                                f"POST /near/x HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: 300\r\n\r\n".encode() + bytes(300))
                wire.send(data)
                self.assertEqual(wire.answered(), 200)

    def test_many_requests_in_one_record_are_answered_in_turn(self):
        with Wire(self.gateway.port, context(everybody.root)) as wire:
            wire.handshake()
            wire.write(f"GET /near/x HTTP/1.1\r\nHost: {NAME}\r\n\r\n".encode() * 10)
            data = b""
            while data.count(b"HTTP/1.1 200") < 10:
                data += wire.read()

    def test_records_are_as_long_as_max_fragment_says(self):
        for fragment in (512, 1024, 4096):
            gateway = TlsGateway(configuration(provider, upstream, [endpoint("/near/", public=True)]), max_fragment=fragment).start()
            self.addCleanup(gateway.stop)
            with self.subTest(fragment), Wire(gateway.port, context(everybody.root)) as wire:
                wire.handshake()
                wire.received = b""
                wire.write(f"GET /near/bytes?count=200000 HTTP/1.1\r\nHost: {NAME}\r\n\r\n".encode())
                self.assertEqual(wire.answered(), 200)
                lengths, at = [], 0
                while at + 5 <= len(wire.received):
                    lengths.append(int.from_bytes(wire.received[at + 3:at + 5], "big"))
                    at += 5 + lengths[-1]
                self.assertLessEqual(max(lengths), fragment + RECORD_MORE_BYTES)
                self.assertGreater(max(lengths), fragment / 2)


class Endings(unittest.TestCase):
    """However the gateway ends a connection, it says so: a client knows that nothing was cut off."""

    def server(self, **timeouts):
        return tls_server(self, timeouts=timeouts)

    def idle(self, server, version):
        wire = Wire(server.port, context(everybody.root, version=version))
        self.addCleanup(wire.close)
        self.assertEqual(wire.handshake().answer(), 200)
        return wire

    def test_an_idle_connection_ends_with_close_notify(self):
        server = self.server(idle_ms=300)
        for version in VERSIONS:
            with self.subTest(version):
                self.assertEqual(self.idle(server, version).read(), b"")

    @needs("signals")
    def test_so_do_idle_ones_at_sigterm_and_what_runs_is_finished(self):
        server = self.server()
        idle = [self.idle(server, version) for version in VERSIONS]
        busy = [self.idle(server, version) for version in VERSIONS]
        for wire in busy:
            wire.write(f"GET /api/slow?ms=700 HTTP/1.1\r\nHost: {NAME}\r\n\r\n".encode())
        time.sleep(0.2)
        server.signal(signal.SIGTERM)
        for wire in idle:
            self.assertEqual(wire.read(), b"")
        for wire in busy:
            self.assertEqual(wire.answered(), 200)
            self.assertEqual(wire.read(), b"")
        self.assertEqual(server.process.wait(5), 0)

    def test_so_does_one_whose_request_is_refused(self):
        server = self.server()
        for version in VERSIONS:
            wire = self.idle(server, version)
            wire.write(b"nonsense\r\n\r\n")
            data = b""
            while more := wire.read():
                data += more
            self.assertTrue(data.startswith(b"HTTP/1.1 400 "), data)


class Replay:
    """Bytes that have come already, as http.client wants to read them."""

    def __init__(self, data):
        self.data = data

    def makefile(self, _):
        return io.BytesIO(self.data)


class TlsScripted(Scripted):
    """The same behind TLS. `notify`: whether it ends a connection with a close_notify."""

    def __init__(self, certificate, *arguments, notify=True, **options):
        self.serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.serving.load_cert_chain(certificate.chain_file, certificate.key_file)
        self.notify = notify
        super().__init__(*arguments, **options)

    def url(self, path=""):
        return f"https://localhost:{self.port}{path}"

    def _serve(self, stream):
        try:
            super()._serve(self.serving.wrap_socket(stream, server_side=True))
        except OSError:
            stream.close()

    def _answer(self, request, stream):
        goes_on = super()._answer(request, stream)
        if not goes_on and self.notify:
            stream.unwrap()
        return goes_on


class Truncation(unittest.TestCase):
    """An upstream whose connection ends without close_notify may have been cut off by anybody."""

    BODY = b"x" * 5000

    def gateway(self, answer, notify, version=None):
        certificate = everybody.issuing.issue("cut", ["localhost"])
        scripted = TlsScripted(certificate, otherwise=answer, notify=notify)
        if version:
            scripted.serving.minimum_version = scripted.serving.maximum_version = version
        self.addCleanup(scripted.stop)
        made = configuration(provider, upstream, [endpoint("/api/", public=True)])
        made["upstreams"]["historian"] = {"servers": [scripted.url()], "tls": {"ca_file": str(everybody.root.file)}}
        gateway = Gateway(made).start()
        self.addCleanup(gateway.stop)
        return gateway

    def whole(self, gateway):
        """Whether the client can believe that it has all."""
        try:
            answer = gateway.get("/api/")
            return answer.status == 200 and answer.body == self.BODY
        except (http.client.HTTPException, OSError):
            return False

    def test_a_body_that_ends_with_the_connection_ends_with_close_notify(self):
        answer = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + self.BODY
        for version in VERSIONS:
            for notify in (True, False):
                with self.subTest(version=version, notify=notify):
                    self.assertEqual(self.whole(self.gateway(answer, notify, version)), notify)

    def test_a_body_with_a_length_is_whole_when_it_is_reached(self):
        answer = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(self.BODY)
        for notify in (True, False):
            with self.subTest(notify):
                self.assertTrue(self.whole(self.gateway(lambda _, stream: stream.sendall(answer + self.BODY), notify)))
                self.assertFalse(self.whole(self.gateway(lambda _, stream: stream.sendall(answer + self.BODY[:-1]), notify)))

    def test_a_chunked_body_is_whole_with_its_last_chunk(self):
        answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n" % len(self.BODY) + self.BODY + b"\r\n"
        for notify in (True, False):
            with self.subTest(notify):
                self.assertTrue(self.whole(self.gateway(lambda _, stream: stream.sendall(answer + b"0\r\n\r\n"), notify)))
                self.assertFalse(self.whole(self.gateway(lambda _, stream: stream.sendall(answer), notify)))

    def test_an_answer_cut_off_in_its_head_is_502(self):
        for notify in (True, False):
            gateway = self.gateway(lambda _, stream: stream.sendall(b"HTTP/1.1 200 OK\r\nContent-Le"), notify)
            self.assertEqual(gateway.get("/api/").status, 502)
