"""The programs of other machines under qemu-user: that they serve, and what they ask of the kernel meanwhile.

qemu-user knows nothing of the unit's filter, so what it translates is held against the filter's text.
"""

import json
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

import debian
from certificates import Authority
from installed import introspected
from linux_arm import TOOLCHAINS

UNIT = debian.ROOT / "firmware/linux/package/postern.service"


def allowed():
    """The names of all system calls that the unit lets through."""
    groups = subprocess.run(["systemd-analyze", "syscall-filter"], check=True, capture_output=True, text=True).stdout
    known, name = {}, None
    for line in groups.splitlines():
        if line.startswith("@"):
            name = line.strip()
            known[name] = set()
        elif name and line.startswith("    ") and not line.strip().startswith("#"):
            known[name].add(line.strip())
    calls, words = set(), ["@default"]
    for line in re.findall(r"^SystemCallFilter=(.*)$", UNIT.read_text(), flags=re.MULTILINE):
        words += line.split()
    while words:
        word = words.pop()
        if word.startswith("@"):
            words += known[word]
        else:
            calls.add(word)
    return calls


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Emulated:
    """The tests of one machine's program."""

    architecture = ""

    def setUp(self):
        self.emulator = TOOLCHAINS[self.architecture].emulator
        package = debian.package(self.architecture)
        if not package.exists() or not shutil.which(self.emulator):
            self.skipTest(f"there is no {package.name}, or no {self.emulator}")
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        subprocess.run(["dpkg-deb", "--extract", package, self.folder / "inside"], check=True)
        self.peer = free_port()
        self.start(sys.executable, debian.ROOT / "tests/package/peer.py", self.peer)
        self.wait_for(self.peer)

    def start(self, *words, **options):
        process = subprocess.Popen([str(word) for word in words], **options)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def wait_for(self, port):
        for _ in range(1000):
            if answers(port):
                return
            time.sleep(0.02)
        self.fail(f"nobody listens on port {port}")

    def get(self, url):
        done = subprocess.run(["curl", "--silent", "--insecure", "--max-time", "20", "--header", "Authorization: Bearer abc",
                               url], capture_output=True, text=True)
        return done.stdout

    def test_serves_with_the_system_calls_that_the_unit_lets_through(self):
        server = Authority(self.folder, "root").issue("server", names=["localhost"])
        (self.folder / "client").write_text("opensesame\n")
        (self.folder / "client").chmod(0o600)
        plain, tls = free_port(), free_port()
        (self.folder / "postern.json").write_text(json.dumps({
            **introspected("client", self.peer),
            "listeners": [{"address": f"127.0.0.1:{plain}"}, {"address": f"127.0.0.1:{tls}", "tls": {
                "certificate_file": str(server.chain_file), "key_file": str(server.key_file)}}],
            "upstreams": {"application": {"servers": [f"http://localhost:{self.peer}"]}}}))
        trace = self.folder / "trace"
        with open(trace, "w") as stderr:
            program = self.start(self.emulator, "-strace", self.folder / "inside/usr/bin/postern", "run", "--config",
                                 self.folder / "postern.json", stderr=stderr)
        self.wait_for(plain)
        served = "the application; subject alice\n"
        self.assertEqual(served, self.get(f"http://127.0.0.1:{plain}/readings/"))
        self.assertEqual(served, self.get(f"https://127.0.0.1:{tls}/readings/"))
        program.send_signal(signal.SIGHUP)
        program.send_signal(signal.SIGUSR1)
        self.assertEqual(served, self.get(f"https://127.0.0.1:{tls}/readings/"))
        program.send_signal(signal.SIGTERM)
        self.assertEqual(0, program.wait(30))
        calls = set(re.findall(r"^(?:\d+ )?([a-z_][a-z0-9_]*)\(", trace.read_text(errors="replace"), flags=re.MULTILINE))
        self.assertIn("epoll_pwait", calls)  # the trace was understood
        self.assertEqual(set(), calls - allowed())


class EmulatedArm64(Emulated, unittest.TestCase):
    architecture = "arm64"


class EmulatedArmhf(Emulated, unittest.TestCase):
    architecture = "armhf"
