"""A device whose clock may be wrong: what tokens get, and what of the time outlives a restart (docs/clock.md)."""

import datetime
import json
import pathlib
import subprocess
import time
import unittest

import tokens
from client import bearer, until
from peers import provider, upstream
from stack import BUILD, Gateway, configuration, endpoint, free_port, using
from targets import TARGET, can, needs
from tls_stack import Nginx, everybody, nginx_server

HERE = pathlib.Path(__file__).resolve().parent
ISSUER = "https://id.plant.example"
YEAR_S = 365 * 86400
KERNEL_SAYS = BUILD / "kernel_says.so"


def setUpModule():
    subprocess.run(["cc", "-O2", "-Wall", "-Werror", "-shared", "-fPIC", "-o", KERNEL_SAYS, HERE / "kernel_says.c"], check=True)


def token(exp):
    claims = {"iss": ISSUER, "sub": "alice", "scope": "read", "exp": int(exp)}
    return tokens.sign_all([tokens.unsigned("EdDSA", claims, {"kid": "ed"})])[0]


def record(seconds):
    date = datetime.datetime.fromtimestamp(int(seconds), datetime.timezone.utc)
    return f"{date:%Y-%m-%dT%H:%M:%SZ} {int(seconds)}\n"


@needs("files")
class Clock(unittest.TestCase):
    def setUp(self):
        self.folder = BUILD / "clock"
        self.folder.mkdir(exist_ok=True)
        self.file = self.folder / "floor"
        self.file.unlink(missing_ok=True)

    def start(self, synchronised=None, environment=None, **clock):
        """`synchronised`: what the kernel says; what this machine's says when absent."""
        environment = environment or {}
        if synchronised is not None and not can("preload"):
            self.skipTest(TARGET.lacks["preload"])
        if synchronised is not None:
            environment = {"LD_PRELOAD": str(KERNEL_SAYS), "SYNCHRONISED": str(int(synchronised)), **environment}
        keys = self.folder / "keys.json"
        keys.write_text(json.dumps({"keys": [tokens.public(tokens.ED, kid="ed", alg="EdDSA")]}))
        gateway = Gateway(configuration(provider, upstream, [
            endpoint("/api/", authenticate=using("jwt", "local")),
        ], providers={"local": {"issuer": ISSUER, "jwks": {"file": str(keys)}}}, clock=clock), environment).start()
        self.addCleanup(gateway.stop)
        return gateway

    def status(self, gateway, exp):
        return gateway.get("/api/", bearer(token(exp))).status

    def trust(self, gateway):
        """What it thinks of its clock, which it has looked at when it has answered."""
        self.assertEqual(gateway.get("/api/").status, 401)
        return gateway.counters()["clock"]

    def states(self, gateway):
        return [event["state"] for event in gateway.events("clock")]

    def test_below_the_floor_a_token_gets_503_and_one_that_expired_before_it_401(self):
        floor = time.time() + YEAR_S
        self.file.write_text(record(floor))
        gateway = self.start(floor_file=str(self.file))
        answer = gateway.get("/api/", bearer(token(floor + 600)))
        self.assertEqual(answer.status, 503, answer)
        self.assertEqual(answer.json()["type"], "urn:postern:problem:clock", answer)
        self.assertEqual(self.status(gateway, time.time() + 600), 401)
        counters = gateway.counters()
        self.assertEqual((counters["clock"], counters["clock_refused"]), ("unknown", 1))
        self.assertEqual(self.states(gateway), ["unknown"])
        self.assertEqual(gateway.events("clock")[0]["floor"], record(floor)[:20])
        self.assertEqual(gateway.stop(), 0)
        self.assertEqual(self.file.read_text(), record(floor), "a clock that is surely wrong makes no floor")

    def test_below_the_floor_tokens_may_be_allowed(self):
        floor = time.time() + YEAR_S
        self.file.write_text(record(floor))
        gateway = self.start(floor_file=str(self.file), unknown={"tokens": "allow"})
        self.assertEqual(self.status(gateway, floor + 600), 200)
        self.assertEqual(self.status(gateway, time.time() + 600), 401)

    def test_above_the_floor_they_pass_whatever_the_kernel_says(self):
        self.file.write_text(record(time.time() - 86400))
        for synchronised in (True, False):
            gateway = self.start(synchronised, floor_file=str(self.file))
            self.assertEqual(self.status(gateway, time.time() + 600), 200)
            state = "synchronised" if synchronised else "floor"
            self.assertEqual(gateway.counters()["clock"], state)
            self.assertEqual(self.states(gateway), [state])

    def test_a_clock_that_nobody_vouches_for_may_be_refused(self):
        for synchronised, status in ((True, 200), (False, 503)):
            gateway = self.start(synchronised, floor={"tokens": "refuse"})
            self.assertEqual(self.status(gateway, time.time() + 600), status)

    def test_a_synchronised_clock_is_kept_at_once_and_at_a_drain(self):
        gateway = self.start(True, floor_file=str(self.file))
        self.assertTrue(until(self.file.exists, 5))
        at_start = int(self.file.read_text().split()[1])
        self.assertTrue(until(lambda: time.time() >= at_start + 1, 3))
        before = int(time.time() - 0.1)  # the gateway reads the coarse clock, which may be a tick behind
        self.assertEqual(gateway.stop(), 0)
        kept = self.file.read_text()
        seconds = int(kept.split()[1])
        self.assertEqual(kept, record(seconds))
        self.assertTrue(before <= seconds <= time.time() + 1, kept)
        self.assertEqual([path.name for path in self.folder.iterdir() if path.name.startswith("floor")], ["floor"])

        again = self.start(True, floor_file=str(self.file))
        self.assertTrue(until(lambda: self.states(again) == ["synchronised"], 5), again.output())
        self.assertEqual(self.file.read_text(), kept, "not before an hour has passed")

    def test_a_clock_that_nobody_vouches_for_is_never_kept(self):
        gateway = self.start(False, floor_file=str(self.file))
        self.assertEqual(self.status(gateway, time.time() + 600), 200)
        self.assertEqual(gateway.stop(), 0)
        self.assertFalse(self.file.exists())

    def test_this_machines_clock_is_kept_only_if_its_kernel_vouches_for_it(self):
        gateway = self.start(floor_file=str(self.file))
        self.assertEqual(self.status(gateway, time.time() + 600), 200)
        state = gateway.counters()["clock"]
        self.assertIn(state, ("floor", "synchronised"))
        self.assertEqual(gateway.stop(), 0)
        self.assertEqual(self.file.exists(), state == "synchronised")

    def test_systemds_folder_serves_when_the_file_names_none(self):
        floor = time.time() + YEAR_S
        (self.folder / "clock-floor").write_text(record(floor))
        self.addCleanup((self.folder / "clock-floor").unlink)
        folders = {"STATE_DIRECTORY": f"{self.folder}:/var/lib/other"}
        self.assertEqual(self.trust(self.start(environment=folders)), "unknown")
        configured = self.start(environment=folders, floor_file=str(self.file))
        self.assertNotEqual(self.trust(configured), "unknown")

    def test_a_record_that_cannot_be_is_ignored_and_said(self):
        for text, why in (("tomorrow\n", "malformed"), (record(time.time() + 31 * 366 * 86400), "too-far-ahead"),
                          (record(time.time() + YEAR_S).replace(" ", "  "), "malformed"), ("", "malformed")):
            self.file.write_text(text)
            gateway = self.start(floor_file=str(self.file))
            self.assertEqual(self.status(gateway, time.time() + 600), 200)
            self.assertTrue(until(lambda: gateway.events("store"), 5), gateway.output())
            event = gateway.events("store")[0]
            self.assertEqual((event["record"], event["state"], event["why"]), ("clock-floor", "ignored", why))
            gateway.stop()

    def test_what_cannot_be_kept_is_said_and_counted_and_nothing_else_happens(self):
        gateway = self.start(True, floor_file=str(self.folder / "missing" / "floor"))
        self.assertTrue(until(lambda: gateway.events("store"), 5), gateway.output())
        self.assertEqual(gateway.events("store")[0]["state"], "not-written")
        self.assertEqual(self.status(gateway, time.time() + 600), 200)
        self.assertEqual(gateway.counters()["store_failures"], 1)
        self.assertEqual(gateway.stop(), 0)


class Handshakes(unittest.TestCase):
    """Certificates of upstreams. The floor of the file is a year ahead, so that this machine's clock is unknown."""

    DAYS = {"ended-before-the-floor": (-1, 30), "holds-at-the-floor": (-1, 730), "begins-after-the-floor": (400, 800)}

    @classmethod
    def setUpClass(cls):
        cls.ports = {name: free_port() for name in cls.DAYS}
        cls.nginx = Nginx(next(iter(cls.ports.values())), *(
            nginx_server(cls.ports[name], upstream.port, everybody.issuing.issue(name, ["localhost"], days=days))
            for name, days in cls.DAYS.items())).start()
        cls.addClassCleanup(cls.nginx.stop)
        cls.file = BUILD / "clock-of-handshakes"
        cls.file.write_text(record(time.time() + YEAR_S))

    def outcomes(self, **clock):
        """Status, and why the log says a handshake failed, by certificate."""
        made = configuration(provider, upstream, [endpoint(f"/{name}/", public=True, upstream=name) for name in self.DAYS],
                             clock=clock)
        made["upstreams"] |= {name: {"servers": [f"https://localhost:{port}"], "tls": {"ca_file": str(everybody.root.file)}}
                              for name, port in self.ports.items()}
        gateway = Gateway(made).start()
        self.addCleanup(gateway.stop)
        outcomes = {}
        for name in self.DAYS:
            before = len(gateway.events("tls"))
            status = gateway.get(f"/{name}/").status
            if status != 200:
                self.assertTrue(until(lambda before=before: len(gateway.events("tls")) > before, 5), gateway.output())
            outcomes[name] = (status, *(event["why"] for event in gateway.events("tls")[before:]))
        return outcomes

    def test_below_the_floor_only_what_ended_before_it_is_refused(self):
        self.assertEqual(self.outcomes(floor_file=str(self.file)), {
            "ended-before-the-floor": (502, "certificate-expired"), "holds-at-the-floor": (200,),
            "begins-after-the-floor": (200,)})

    def test_below_the_floor_handshakes_may_be_refused(self):
        self.assertEqual(self.outcomes(floor_file=str(self.file), unknown={"handshakes": "refuse"}), {
            "ended-before-the-floor": (502, "certificate-expired"), "holds-at-the-floor": (502, "clock"),
            "begins-after-the-floor": (502, "clock")})

    def test_above_the_floor_dates_are_compared_with_the_clock(self):
        self.assertEqual(self.outcomes(), {
            "ended-before-the-floor": (200,), "holds-at-the-floor": (200,),
            "begins-after-the-floor": (502, "certificate-not-yet-valid")})
