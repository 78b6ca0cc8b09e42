"""What the tests of an installed package share: a machine per test, and words for what happens in it."""

import contextlib
import json
import pathlib
import sys
import tempfile
import time
import unittest

import debian
import machine

CONFIGURATION = "/etc/postern/postern.json"


class MachineTest(unittest.TestCase):
    """A test that needs a Debian that runs. Each gets its own, without the package."""

    @classmethod
    def setUpClass(cls):
        try:
            machine.check()
        except machine.CannotBoot as error:
            raise unittest.SkipTest(f"no systemd can be booted here: {error}") from error
        cls.root = debian.unpacked()

    def setUp(self):
        stack = contextlib.ExitStack()
        self.addCleanup(stack.close)
        self.machine = stack.enter_context(machine.Machine(self.root))
        self.stack = stack
        self.peers = []
        stack.callback(self.stop_peers)

    def install(self, package=None, options=""):
        """Returns what it said."""
        file = self.machine.copy(package or debian.package())
        return self.machine.run(f"apt-get install -y -q {options} {file}")

    def start_peer(self, port):
        self.peers.append(self.machine.background(sys.executable, debian.ROOT / "tests/package/peer.py", port))
        self.wait_until(lambda: self.machine.curl(f"http://127.0.0.1:{port}/")[0] == 0)

    def wait_until(self, condition, seconds=20):
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                self.fail(f"waited {seconds} seconds in vain; the service says:\n{self.journal()[-2000:]}")
            time.sleep(0.05)

    def stop_peers(self):
        for peer in self.peers:
            peer.kill()
            peer.wait()

    def get(self, url, *words):
        """(status, body); status 0: nobody answers."""
        code, text = self.machine.curl("--write-out", "\n%{http_code}", *words, url)
        body, _, status = text.rpartition("\n")
        return (int(status), body) if code == 0 else (0, text)

    def show(self, name):
        """A property of the service."""
        return self.machine.run(f"systemctl show postern --property {name} --value")

    def pid(self):
        return int(self.show("MainPID"))

    def journal(self):
        return self.machine.run("journalctl --unit postern --output cat --no-pager")

    def reload_and_count(self):
        """Returns when both are done: of two signals the program takes SIGHUP first."""
        self.machine.run("systemctl reload postern && systemctl kill --signal USR1 postern")
        self.wait_until(lambda: '"connections_accepted":' in self.journal())

    def status_of_process(self):
        """/proc/PID/status of the service."""
        lines = self.machine.run(f"cat /proc/{self.pid()}/status").splitlines()
        return {name: value.strip() for name, value in (line.split(":", 1) for line in lines)}

    def configure(self, **changes):
        """Writes the configuration: the one of the package, with members of its own."""
        configuration = json.loads((debian.ROOT / "firmware/linux/package/postern.json").read_text())
        self.machine.write(CONFIGURATION, json.dumps({**configuration, **changes}))

    def write_secret(self, name, text):
        self.machine.write(f"/etc/postern/secrets/{name}", text, mode="640", owner="root:postern-secrets")

    def write_identity(self, certificate):
        """A certificate and its key: secrets/tls.pem and secrets/tls.key."""
        self.write_secret("tls.pem", certificate.chain_file.read_text())
        self.write_secret("tls.key", certificate.key_file.read_text())

    def folder(self):
        """An empty one of this side, for as long as the test runs."""
        return pathlib.Path(self.stack.enter_context(tempfile.TemporaryDirectory()))

    def drop_in(self, text):
        """What `systemctl edit postern` would do."""
        self.machine.write("/etc/systemd/system/postern.service.d/override.conf", text)
        self.machine.run("systemctl daemon-reload")


def introspected(secret_file, port=9001):
    """Members of a configuration whose endpoint /readings/ asks peer.py, at `port`, about tokens."""
    provider = f"http://localhost:{port}"
    return {
        "providers": {"plant": {"issuer": provider, "introspection": {
            "url": f"{provider}/introspect", "client_id": "gateway", "client_secret_file": secret_file}}},
        "endpoints": [{
            "name": "readings", "match": {"path": "/readings/"}, "upstream": "application",
            "authenticate": {"connector": "oauth2", "select": {"default": "plant"}},
            "enrich": [{"header": "X-Subject", "claim": "$.sub"}]}],
    }
