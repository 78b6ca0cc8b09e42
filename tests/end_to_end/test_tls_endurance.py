"""Handshakes and traffic for as long as one likes: memory stays where it was, and nothing fails.

POSTERN_ENDURANCE_MINUTES: so many minutes of 1 000 handshakes each, at that pace. Without it: one minute's worth, as fast
as it goes.
"""

import collections
import contextlib
import http.client
import os
import ssl
import struct
import subprocess
import threading
import time
import unittest

from client import bearer
from peers import provider, upstream
from stack import BUILD, configuration, endpoint, free_port, introspecting, using
from targets import TARGET, can, needs
from test_process import HERE
from tls_client import Connection, context
from tls_stack import Nginx, TlsGateway, everybody, nginx_server
from tls_wire import Closed, Wire

MINUTES = int(os.environ.get("POSTERN_ENDURANCE_MINUTES", "0"))
PER_MINUTE = 1000 // TARGET.patience
SAMPLES = 10  # of resident memory, per minute's worth
KEPT = 16  # connections with traffic all the time
VERSIONS = (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)


class Endurance(unittest.TestCase):
    """TLS on every leg. Behind the gateway connections are given up after some requests, so that it shakes hands there, too."""

    @classmethod
    def setUpClass(cls):
        port, provider_port = free_port(), free_port()
        peer = everybody.issuing.issue("behind", addresses=["127.0.0.1"])  # no name, so no resolver, which is the system's
        cls.nginx = Nginx(port, nginx_server(port, upstream.port, peer, "keepalive_requests 50"),
                          nginx_server(provider_port, provider.port, peer, "keepalive_requests 10")).start()
        cls.addClassCleanup(cls.nginx.stop)
        tls = {"ca_file": str(everybody.root.file)}
        made = configuration(
            provider, upstream, [endpoint("/api/", authenticate=using("oauth2", "far"), upstream="far"),
                                 endpoint("/public/", public=True, upstream="far")],
            providers={"far": introspecting(provider, introspection={"url": f"https://127.0.0.1:{provider_port}/token/introspection"},
                                            tls=tls)}, limits={"cache_entries": 64})  # soon full, so that it does not look like growth
        made["upstreams"]["far"] = {"servers": [f"https://127.0.0.1:{port}"], "tls": tls}
        made["logging"]["access"] = "off"
        environment = {}
        if can("preload"):
            library, cls.counter = BUILD / "count_allocations.so", BUILD / f"allocations-{port}"
            subprocess.run(["cc", "-O2", "-Wall", "-Werror", "-shared", "-fPIC", "-o", library, HERE / "count_allocations.c"],
                           check=True)
            cls.counter.unlink(missing_ok=True)
            environment = {"LD_PRELOAD": str(library), "ALLOCATION_COUNTER": str(cls.counter)}
        cls.gateway = TlsGateway(made, environment=environment, certificates=[
            {"certificate_file": str(everybody.gateway_rsa.chain_file), "key_file": str(everybody.gateway_rsa.key_file)}]).start()
        cls.addClassCleanup(cls.gateway.stop)

    def allocations(self):
        return struct.unpack("Q", self.counter.read_bytes())[0] if can("preload") else 0

    def resident(self):
        return self.gateway.resident_kib() if can("memory") else 0

    def setUp(self):
        self.counts = collections.Counter()
        self.faults = []
        self.over = threading.Event()

    def one_handshake(self, number, sessions):
        """In turn: full and resumed, of each version, with one request; and now and then one that is broken off."""
        version = VERSIONS[number % 2]
        trusting = self.trusting[version]
        if number % 20 == 19:
            with contextlib.suppress(Closed, OSError), Wire(self.gateway.port, trusting, shape=lambda data: [data[:100]]) as wire:
                wire.stream.settimeout(0.05)
                wire.handshake()
            self.counts["broken off"] += 1
            return
        session = sessions.get(version) if number % 4 >= 2 else None
        with Connection(self.gateway.port, trusting, session=session) as connection:
            token = self.tokens[number % len(self.tokens)] if number % 10 else provider.token()
            status = connection.ask("/api/", bearer(token)).status
            self.counts["resumed" if connection.sock.session_reused else "full"] += 1
            self.counts[status] += 1
            sessions[version] = connection.sock.session

    def handshakes(self, count, pace_s=0.0):
        sessions, began = {}, time.monotonic()
        for number in range(count):
            try:
                self.one_handshake(number, sessions)
            except Exception as error:  # whatever it is, it is a fault of the run, and the run goes on
                self.faults.append(f"handshake {number}: {error!r}")
            if pace_s:
                time.sleep(max(0, began + (number + 1) * pace_s - time.monotonic()))

    def traffic(self):
        connections = [Connection(self.gateway.port, self.trusting[VERSIONS[number % 2]]) for number in range(KEPT)]
        number = 0
        while not self.over.is_set():
            connection = connections[number % KEPT]
            try:
                answer = connection.ask("/public/bytes?count=10000")
                self.counts["traffic"] += 1
                if answer.status != 200 or len(answer.body) != 10000:
                    self.faults.append(f"traffic {number}: {answer}")
            except (OSError, http.client.HTTPException) as error:
                self.faults.append(f"traffic {number}: {error!r}")
                connection.close()
            number += 1
            time.sleep(0.005)
        for connection in connections:
            connection.close()

    def test_memory_is_flat_nothing_is_allocated_nothing_fails(self):
        self.trusting = {version: context(everybody.root, version=version) for version in VERSIONS}
        self.tokens = [provider.token() for _ in range(20)]
        traffic = threading.Thread(target=self.traffic)
        traffic.start()
        try:
            self.handshakes(200)  # what is touched once is touched now
            self.assertEqual(self.faults, [])
            resident, allocations, began = [self.resident()], self.allocations(), time.monotonic()
            self.counts.clear()
            for sample in range(SAMPLES * max(1, MINUTES)):
                if sample % (5 * SAMPLES) == 4 * SAMPLES:
                    self.tokens = [provider.token() for _ in range(20)]  # they live ten minutes
                self.handshakes(PER_MINUTE // SAMPLES, 60 / PER_MINUTE if MINUTES else 0)
                resident.append(self.resident())
        finally:
            self.over.set()
            traffic.join()
        seconds = time.monotonic() - began
        print(f"# {seconds:.0f} s, {dict(self.counts)}, resident KiB {resident}, allocations {self.allocations() - allocations}", flush=True)
        self.assertEqual(self.faults, [])
        self.assertGreater(self.counts["resumed"], PER_MINUTE / 5)
        self.assertEqual(self.allocations(), allocations)
        settled = resident[len(resident) // 2:]  # planned memory becomes resident when it is used for the first time
        self.assertLessEqual(max(settled) - settled[0], 64, resident)
        reused = collections.Counter(line["reused"] for line in self.nginx.access())
        self.assertGreater(reused["r"], 0, reused)


class Memory(unittest.TestCase):
    KIB = 24

    def gateway(self, **limits):
        gateway = TlsGateway(configuration(provider, upstream, [endpoint("/public/", public=True)], limits=limits))
        self.addCleanup(gateway.stop)
        return gateway

    @needs("memory")
    def test_an_established_connection_takes_at_most_24_kib(self):
        """Idle, after a request. Memory is planned, and becomes resident when it is used for the first time."""
        few, many = 20, 220
        for version in VERSIONS:
            gateway = self.gateway(tls_connections=many).start()
            trusting, kept = context(everybody.root, version=version), []

            def open_up_to(count):
                while len(kept) < count:
                    connection = Connection(gateway.port, trusting)
                    self.addCleanup(connection.close)
                    self.assertEqual(connection.ask("/public/").status, 200)
                    kept.append(connection)
                return gateway.resident_kib()

            each = (-open_up_to(few) + open_up_to(many)) / (many - few)
            for connection in kept:  # all are still there
                self.assertEqual(connection.ask("/public/").status, 200)
            print(f"# {version.name}: {each:.2f} KiB resident per connection", flush=True)
            with self.subTest(version):
                self.assertTrue(1 < each <= self.KIB, each)
            gateway.stop()

    @needs("commands")
    def test_so_says_the_plan(self):
        def planned(count):
            plan = TARGET.postern("plan", self.gateway(tls_connections=count).file).stdout
            rows = [line.split() for line in plan.splitlines() if line.startswith("TLS: ")]
            return sum(int(row[-1]) for row in rows)

        each = (planned(400) - planned(200)) / 200
        self.assertTrue(1024 < each <= self.KIB * 1024, each)
