"""Whoever sends what he should not, or nothing, or too slowly: he is refused, and the others are served, on every target."""

import http.client
import socket
import time
import unittest

from client import until
from peers import upstream
from story import CLIENTS, SMALL, start
from targets import TARGET


class Hostile(unittest.TestCase):
    HEAD_MS = 1500

    @classmethod
    def setUpClass(cls):
        cls.gateway, *cls.lanes = start(cls, timeouts={"head_ms": cls.HEAD_MS, "handshake_ms": cls.HEAD_MS})
        cls.plain, cls.secure = cls.lanes

    def setUp(self):
        self.assertTrue(until(self.has_room_for_all, 10 * TARGET.patience, 0.1), "of the test before nobody is left")

    def has_room_for_all(self):
        """And has closed their connections before this says so."""
        streams = [self.open() for _ in range(CLIENTS)]
        try:
            for stream in streams:
                stream.sendall(b"GET /public/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            return all(self.all_of(stream).startswith(b"HTTP/1.1 200") for stream in streams)
        except OSError:
            return False
        finally:
            for stream in streams:
                stream.close()

    def all_of(self, stream):
        return b"".join(iter(lambda: stream.recv(4096), b""))

    def open(self, lane=None):
        stream = socket.create_connection(("127.0.0.1", (lane or self.plain).port), 20 * TARGET.patience)
        self.addCleanup(stream.close)
        return stream

    def came(self):
        """How many clients have reached the gateway: an emulator takes a connection before its machine does."""
        counters = self.gateway.counters()
        return counters["connections_accepted"] + counters["connections_refused"]

    def serves(self):
        for lane in self.lanes:
            self.assertEqual(lane.get("/public/").status, 200)

    def serves_now(self, lane):
        """False while what others left takes the place of whoever comes."""
        try:
            return lane.get("/public/").status == 200
        except (OSError, http.client.HTTPException):
            return False

    def answer_to(self, wire):
        """The status of what comes, and whether the connection is closed after it."""
        stream = self.open()
        stream.sendall(wire)
        response = http.client.HTTPResponse(stream)
        response.begin()
        response.read()
        try:
            return response.status, stream.recv(1) == b""
        except ConnectionResetError:
            return response.status, True

    def test_malformed_requests_are_refused_and_cut_off(self):
        for expected, wire in (
                (400, b"GET / HTTP/1.1\r\n\r\n"), (400, b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
                (400, b"GET /public/ HTTP/1.1\r\nHost : a\r\n\r\n"), (400, b"GET /public/ HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n"),
                (400, b"POST /public/ HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"),
                (400, b"POST /public/ HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 2\r\n\r\n"),
                (400, b"GET /public/../../x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
                (400, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"),
                (501, b"BREW /public/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")):
            with self.subTest(wire):
                self.assertEqual(self.answer_to(wire), (expected, True))
        self.serves()

    def test_a_head_beyond_the_limit_is_refused(self):
        long = b"x" * SMALL["header_bytes"]
        for expected, wire in ((431, b"GET /public/ HTTP/1.1\r\nHost: a\r\nX-Long: %s\r\n\r\n" % long),
                               (414, b"GET /public/%s HTTP/1.1\r\nHost: a\r\n\r\n" % long)):
            with self.subTest(expected):
                self.assertEqual(self.answer_to(wire), (expected, True))
        self.serves()

    def test_half_a_head_is_waited_for_no_longer_than_stated(self):
        began = time.monotonic()
        streams = [self.open() for _ in range(CLIENTS - 1)]
        for stream in streams:
            stream.sendall(b"GET /public/ HTTP/1.1\r\nHost:")
        for stream in streams:
            self.assertIn(stream.recv(100)[:12], (b"", b"HTTP/1.1 408"))
        self.assertLess(time.monotonic() - began, 2 * self.HEAD_MS / 1000 * TARGET.patience + 5)
        self.serves()

    def test_who_is_slow_is_served_while_others_are(self):
        stream = self.open()
        for byte in b"GET /public/ HTTP/1.1\r\nHost: a\r\n":
            stream.sendall(bytes([byte]))
            time.sleep(0.01)
        self.assertEqual(self.plain.get("/public/").status, 200)
        stream.sendall(b"\r\n")
        self.assertEqual(stream.recv(12), b"HTTP/1.1 200")

    def test_who_says_nothing_gives_way_to_who_asks(self):
        for lane in self.lanes:
            with self.subTest(silent=lane.name):
                before = self.came()
                self.silent = [self.open(lane) for _ in range(3 * CLIENTS)]
                self.assertTrue(until(lambda: self.came() - before >= len(self.silent), 10 * TARGET.patience, 0.1))
                self.serves()
                for stream in self.silent:
                    stream.close()
        self.serves()

    def test_with_all_clients_busy_the_next_one_is_turned_away_and_served_afterwards(self):
        before, busy, slow_s = upstream.count(), [self.open() for _ in range(CLIENTS)], min(2 * TARGET.patience, 8)  # (an upstream has ten seconds)
        for stream in busy:
            stream.sendall(b"GET /public/slow?ms=%d HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" % (1000 * slow_s))
        self.assertTrue(until(lambda: upstream.count() - before == CLIENTS, slow_s))
        try:
            turned_away = self.plain.get("/public/").status
        except (OSError, http.client.HTTPException):
            turned_away = "closed"
        self.assertIn(turned_away, (503, "closed"))
        for stream in busy:
            self.assertEqual(stream.recv(12), b"HTTP/1.1 200")
        self.assertEqual(upstream.count() - before, CLIENTS)
        self.serves()

    def test_who_goes_away_in_the_middle_leaves_nothing_behind(self):
        for lane in self.lanes:
            for wire in (b"", b"GET /public/ HT", b"POST /public/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf",
                         b"GET /public/slow?ms=500 HTTP/1.1\r\nHost: a\r\n\r\n"):
                for _ in range(2 * CLIENTS):
                    stream = self.open(lane)
                    stream.sendall(wire)
                    stream.close()
            self.assertTrue(until(lambda lane=lane: self.serves_now(lane), 10 * TARGET.patience, 0.2))
        self.serves()
