"""Clients that break off, dawdle, lie and crowd: each costs the gateway little, and the others nothing."""

import contextlib
import http.client
import os
import socket
import ssl
import struct
import time
import unittest

import client_hello
from client import until
from client_hello import TLS_1_2, TLS_1_3, hello, records
from targets import needs
from peers import upstream
from tls_client import NAME, Connection, context, request
from tls_stack import AGAINST_NGINX, everybody, tls_server
from tls_wire import Closed, Wire, how_it_ended

VERSIONS = (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)
SUITES = (0x1301, 0x1302, 0x1303, 0xC02B, 0xC02F)
PROMPTLY_S = 2


class Hostile(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = tls_server(cls)
        cls.trusting = {version: context(everybody.root, version=version) for version in VERSIONS}

    def tearDown(self):
        self.assertEqual(self.get().status, 200)  # whatever was done, the next one is served

    def get(self, target="/api/"):
        return request(self.server.port, self.trusting[ssl.TLSVersion.TLSv1_3], target)

    def connect(self, timeout=5):
        stream = socket.create_connection(("127.0.0.1", self.server.port), timeout)
        self.addCleanup(stream.close)
        return stream

    def wire(self, version=VERSIONS[1], **options):
        made = Wire(self.server.port, self.trusting[version], **options)
        self.addCleanup(made.close)
        return made


class Handshakes(Hostile):
    def cut_off(self, version, at, reset):
        """A handshake whose client sends `at` bytes and leaves. True: it had not sent all of its own yet."""
        left = at

        def shape(data):
            nonlocal left
            piece, left = data[:left], max(0, left - len(data))
            if piece:
                yield piece
            if not left:
                raise Closed

        wire = self.wire(version, shape=shape)
        try:
            wire.handshake()
            return False
        except (Closed, ssl.SSLError):
            return True
        finally:
            (wire.reset if reset else wire.close)()

    def test_broken_off_at_every_place(self):
        for version in VERSIONS:
            for reset in (False, True):
                at = 1
                while self.cut_off(version, at, reset):
                    at += 11
                self.assertGreater(at, 200)

    def test_one_byte_at_a_time(self):
        for version in VERSIONS:
            with self.subTest(version):
                wire = self.wire(version, shape=lambda data: [data[at:at + 1] for at in range(len(data))], receive_bytes=1)
                self.assertEqual(wire.handshake().answer(), 200)
                self.assertEqual(wire.answer(), 200)

    def test_a_changed_byte_in_any_record_of_the_client_ends_it(self):
        """Not one of these handshakes may come to anything: whatever was changed is covered by a MAC in the end."""
        for version in VERSIONS:
            total = self.wire(version).handshake().sent
            for at in range(0, total, 5):
                position = 0

                def shape(data):
                    nonlocal position
                    if position <= at < position + len(data):
                        changed = bytearray(data)
                        changed[at - position] ^= 0x41
                        data = bytes(changed)
                    position += len(data)
                    return [data]

                wire = self.wire(version, shape=shape, timeout=PROMPTLY_S)
                with self.subTest(version=version, at=at):
                    if at in (1, 2):
                        continue  # the first record's version says nothing (RFC 8446 section 5.1)
                    try:
                        status = wire.handshake().answer()
                    except (Closed, ssl.SSLError, TimeoutError):
                        status = None
                    self.assertIsNone(status)
                wire.close()

    def ended(self, data, *allowed, wait=PROMPTLY_S):
        stream = self.connect(wait)
        with contextlib.suppress(ConnectionError):
            stream.sendall(data)
        end = how_it_ended(stream)
        self.assertIn(client_hello.ALERTS.get(end, end), (*allowed, "closed"))

    def test_what_is_no_tls_ends_at_once(self):
        for data in (b"GET /api/ HTTP/1.1\r\nHost: gateway.test\r\n\r\n", b"\0" * 100, b"\xff" * 100, os.urandom(1000).replace(b"\x16", b"\x17"),
                     b"SSH-2.0-OpenSSH_9.2\r\n", b"\x15\x03\x01\x00\x02\x02\x28", b"\x17\x03\x03\x00\x10" + bytes(16),
                     b"\x14\x03\x03\x00\x01\x01" * 100, b"\x16\x03\x01\x00\x00" * 100, b"\x16\x03\x01\x00\x04\x0e\x00\x00\x00"):
            with self.subTest(data[:12]):
                self.ended(data, *client_hello.ALERTS.values())

    def test_records_that_are_too_long_end_it(self):
        for length in (16384 + 256 + 1, 16384 + 2048 + 1, 65535):
            with self.subTest(length):
                self.ended(struct.pack(">BHH", 22, 0x0301, length) + bytes(length), *client_hello.ALERTS.values())
                for version in VERSIONS:
                    wire = self.wire(version).handshake()
                    wire.send(struct.pack(">BHH", 23, 0x0303, length))
                    with self.assertRaises((Closed, ssl.SSLError)):
                        wire.send(bytes(length))
                        wire.stream.settimeout(PROMPTLY_S)
                        wire.read()
                        raise AssertionError("it answered")

    def test_a_hello_longer_than_any_ends_it(self):
        self.ended(records(b"\1" + b"\xff\xff\xff" + bytes(200_000)), *client_hello.ALERTS.values())

    def test_a_record_of_full_length_is_read(self):
        for version in VERSIONS:
            wire = self.wire(version).handshake()
            wire.write(f"POST /api/ HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: 160000\r\n\r\n".encode())
            for _ in range(10):
                wire.write(bytes(16000))
            self.assertEqual(wire.answered(), 200)

    def test_a_forged_record_ends_it_and_reaches_nobody(self):
        for version in VERSIONS:
            wire = self.wire(version).handshake()
            self.assertEqual(wire.answer(), 200)
            count = upstream.count()
            record = bytearray(wire.records(f"GET /api/ HTTP/1.1\r\nHost: {NAME}\r\n\r\n".encode()))
            record[-1] ^= 1
            wire.send(record)
            with self.subTest(version), self.assertRaises((Closed, ssl.SSLError)):
                wire.read()
            self.assertEqual(upstream.count(), count)

    def test_a_record_sent_twice_is_refused(self):
        for version in VERSIONS:
            wire = self.wire(version).handshake()
            record = wire.records(f"GET /api/ HTTP/1.1\r\nHost: {NAME}\r\n\r\n".encode())
            count = upstream.count()
            wire.send(record)
            self.assertEqual(wire.answered(), 200)
            with contextlib.suppress(Closed):
                wire.send(record)
            with self.subTest(version), self.assertRaises((Closed, ssl.SSLError)):
                wire.read()
            self.assertEqual(upstream.count(), count + 1)


class Truncation(Hostile):
    """A connection that ends without close_notify may have been cut by anybody."""

    def test_a_body_that_is_cut_is_not_complete(self):
        """Neither by a length that is not reached, nor chunked."""
        for version in VERSIONS:
            for framing, body in (("Content-Length: 100000", bytes(50_000)), ("Transfer-Encoding: chunked", b"c350\r\n" + bytes(50_000) + b"\r\n")):
                for end in ("without", "with", "reset"):
                    before = len(self.server.access_log()) if not AGAINST_NGINX else 0
                    wire = self.wire(version).handshake()
                    wire.write(f"POST /api/ HTTP/1.1\r\nHost: {NAME}\r\n{framing}\r\n\r\n".encode())
                    wire.write(body)
                    time.sleep(0.02)  # a reset must not overtake the request
                    if end == "with":
                        with contextlib.suppress(ssl.SSLError):
                            wire.tls.unwrap()
                        wire.flush()
                    (wire.reset if end == "reset" else wire.close)()
                    if AGAINST_NGINX:
                        continue
                    with self.subTest(version=version, framing=framing, end=end):
                        self.assertTrue(until(lambda: len(self.server.access_log()) > before, 5))
                        self.assertNotEqual(self.server.access_log()[-1]["status"], 200)

    def test_an_answer_is_still_sent_to_who_said_that_no_more_will_come(self):
        """A close_notify ends one direction only (RFC 8446 section 6.1)."""
        for version in VERSIONS:
            wire = self.wire(version).handshake()
            wire.write(f"GET /api/slow?ms=300 HTTP/1.1\r\nHost: {NAME}\r\n\r\n".encode())
            with contextlib.suppress(ssl.SSLWantReadError):
                wire.tls.unwrap()
            wire.flush()
            with self.subTest(version):
                self.assertEqual(wire.answered(), 200)

    def test_the_gateway_itself_ends_with_close_notify(self):
        for version in VERSIONS:
            wire = self.wire(version).handshake()
            wire.write(f"GET /api/ HTTP/1.1\r\nHost: {NAME}\r\nConnection: close\r\n\r\n".encode())
            data = b""
            while more := wire.read():  # b"" is a close_notify; without one this raises Closed
                data += more
            self.assertIn(b"200", data.split(b"\r\n")[0])


def silent(stream):
    pass


def half_a_hello(stream):
    stream.sendall(records(hello(TLS_1_3, SUITES))[:100])


def a_hello(stream):
    stream.sendall(records(hello(TLS_1_3, SUITES)))


def an_old_hello(stream):
    stream.sendall(records(hello(TLS_1_2, SUITES)))


@unittest.skipIf(AGAINST_NGINX, "nginx has other limits")
class Crowds(unittest.TestCase):
    CROWD = 500

    def setUp(self):
        self.trusting = context(everybody.root)

    def crowd(self, server, begin, count=None):
        streams = []
        for _ in range(count or self.CROWD):
            stream = socket.create_connection(("127.0.0.1", server.port), 10)
            self.addCleanup(stream.close)
            with contextlib.suppress(ConnectionError):
                begin(stream)
            streams.append(stream)
        return streams

    def served(self, server):
        """Seconds that a new client waits for its answer."""
        began = time.monotonic()
        self.assertEqual(request(server.port, self.trusting, "/api/", timeout=20).status, 200)
        return time.monotonic() - began

    def test_500_handshakes_that_stand_still_hold_up_nobody(self):
        server = tls_server(self)
        self.served(server)
        for begin in (silent, half_a_hello, a_hello, an_old_hello):
            with Connection(server.port, self.trusting) as kept:
                self.assertEqual(kept.ask("/api/").status, 200)
                streams = self.crowd(server, begin)
                with self.subTest(begin.__name__):
                    self.assertLess(max(self.served(server) for _ in range(3)), PROMPTLY_S)
                    self.assertLess(kept.ask("/api/").seconds, PROMPTLY_S)
                for stream in streams:
                    stream.close()
                with self.subTest(f"after {begin.__name__}"):
                    self.assertLess(self.served(server), PROMPTLY_S)

    @needs("memory")
    def test_and_cost_no_memory_that_was_not_planned(self):
        server = tls_server(self)
        resident = []
        for _ in range(6):  # planned memory becomes resident when it is used for the first time
            for stream in self.crowd(server, a_hello):
                stream.close()
            self.served(server)
            resident.append(server.resident_kib())
        self.assertLessEqual(resident[-1] - resident[-3], 64, resident)

    def test_a_handshake_that_takes_too_long_is_ended_and_counted(self):
        server = tls_server(self, timeouts={"handshake_ms": 500})
        for count, begin in enumerate((silent, half_a_hello, a_hello, an_old_hello), 1):
            before = server.counters()["timeouts_handshake"]
            began = time.monotonic()
            (stream,) = self.crowd(server, begin, 1)
            with self.subTest(begin.__name__):
                self.assertIn(how_it_ended(stream), ("closed", 0, 90))
                self.assertTrue(0.3 < time.monotonic() - began < PROMPTLY_S)
                self.assertEqual(server.counters()["timeouts_handshake"], before + 1)
                self.assertEqual(server.events("tls", count)[-1]["why"], "handshake-timeout")

    def test_a_byte_now_and_then_does_not_prolong_it(self):
        server = tls_server(self, timeouts={"handshake_ms": 500})
        (stream,) = self.crowd(server, silent, 1)
        began = time.monotonic()
        with self.assertRaises(ConnectionError):
            for at in range(100):
                stream.sendall(records(hello(TLS_1_3, SUITES))[at:at + 1])
                time.sleep(0.05)
        self.assertLess(time.monotonic() - began, PROMPTLY_S)

    def test_with_all_connections_idle_the_one_that_is_idle_longest_gives_way(self):
        server = tls_server(self, tls_connections=8)
        kept = [Connection(server.port, self.trusting) for _ in range(8)]
        for connection in kept:
            self.addCleanup(connection.close)
            self.assertEqual(connection.ask("/api/").status, 200)
            time.sleep(0.02)
        before = server.counters()
        self.assertLess(self.served(server), PROMPTLY_S)
        self.assertGreater(server.counters()["clients_displaced"], before["clients_displaced"])
        with self.assertRaises((OSError, http.client.HTTPException)):
            kept[0].ask("/api/")
        for connection in kept[2:]:
            self.assertEqual(connection.ask("/api/").status, 200)

    def test_with_all_connections_busy_a_new_one_is_refused_and_afterwards_served_at_once(self):
        server = tls_server(self, tls_connections=4)
        busy = [Connection(server.port, self.trusting) for _ in range(4)]
        for connection in busy:
            self.addCleanup(connection.close)
            connection.connect()
        for connection in busy:
            connection.putrequest("GET", "/api/slow?ms=1500")
            connection.endheaders()
        time.sleep(0.3)
        before, began = server.counters()["tls_exhausted"], time.monotonic()
        with self.assertRaises((OSError, http.client.HTTPException)):
            request(server.port, self.trusting, "/api/", timeout=1)
        self.assertLess(time.monotonic() - began, 1, "refused, not left waiting")
        self.assertGreater(server.counters()["tls_exhausted"], before)
        for connection in busy:
            self.assertEqual(connection.getresponse().status, 200)
        busy[0].close()
        self.assertLess(self.served(server), 0.5)

    def test_plain_clients_are_served_while_tls_has_no_room(self):
        server = tls_server(self, tls_connections=2, start=False)
        port = server.add_listener()
        server.start()
        self.crowd(server, a_hello, 20)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PROMPTLY_S)
        self.addCleanup(connection.close)
        connection.request("GET", "/api/")
        self.assertEqual(connection.getresponse().status, 200)
