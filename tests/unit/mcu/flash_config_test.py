#!/usr/bin/env python3
"""tools/flash-config: what goes into a board's configuration, and what is refused."""

import importlib.machinery
import importlib.util
import json
import pathlib
import struct
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
PROGRAM = ROOT / "tools/flash-config"
loader = importlib.machinery.SourceFileLoader("flash_config", str(PROGRAM))
flash_config = importlib.util.module_from_spec(importlib.util.spec_from_loader("flash_config", loader))
loader.exec_module(flash_config)

CONFIGURATION = {
    "listeners": [{"tls": {"certificate_file": "gateway.pem", "key_file": "keys/gateway.key",
                           "certificates": [{"certificate_file": "gateway.pem", "key_file": "keys/other.key"}]}}],
    "clock": {"floor_file": "floor"},
    "providers": {"plant": {"jwks": {"file": "keys.json"}, "introspection": {"client_secret_file": "secret"}}},
}
FILES = {"gateway.pem": "chain", "keys/gateway.key": "key", "keys/other.key": "key 2", "keys.json": "{}",
         "secret": "swordfish"}


class FlashConfig(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "keys").mkdir()
        for name, text in FILES.items():
            (self.folder / name).write_text(text)
        self.file = self.folder / "plant.json"
        self.file.write_text(json.dumps(CONFIGURATION))
        self.block = self.folder / "config.bin"

    def run_it(self, *arguments):
        return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True)

    def pack(self, *arguments):
        return self.run_it(self.file, "-o", self.block, "--no-check", *arguments)

    def refused(self, *arguments):
        run = self.pack(*arguments)
        self.assertEqual(run.returncode, 1)
        self.assertFalse(self.block.exists())
        return run.stderr

    def test_the_block_holds_the_configuration_and_every_file_it_names_once(self):
        self.assertEqual(self.pack().returncode, 0)
        entries = dict(flash_config.unpack(self.block.read_bytes()))
        self.assertEqual(entries.pop("postern.json"), self.file.read_bytes())
        self.assertEqual(entries.pop("network"), b"dhcp")
        self.assertEqual(entries, {name: text.encode() for name, text in FILES.items()})

    def test_the_block_is_as_the_firmware_reads_it(self):
        block = flash_config.pack([("abc", b"x" * 5)])
        self.assertEqual(block[:8], b"PSTRN\1\0\0")
        self.assertEqual(struct.unpack_from("<IIHHI", block, 8), (len(block), 1, 3, 0, 5))
        self.assertEqual(block[24:-32], b"abcxxxxx")
        self.assertEqual(flash_config.unpack(block + b"\xff" * 9), [("abc", b"x" * 5)])

    def test_a_file_that_cannot_be_read_is_named(self):
        (self.folder / "secret").unlink()
        self.assertIn('"secret", which cannot be read', self.refused())

    def test_what_is_no_json_is_refused(self):
        self.file.write_text("{,}")
        self.assertIn("is not JSON", self.refused())

    def test_a_fixed_network_and_a_time_server(self):
        self.assertEqual(self.pack("--network", "10.0.2.15/24,10.0.2.2,10.0.2.3", "--ntp", "10.0.2.2").returncode, 0)
        entries = dict(flash_config.unpack(self.block.read_bytes()))
        self.assertEqual(entries["network"], b"10.0.2.15/24 10.0.2.2 10.0.2.3")
        self.assertEqual(entries["ntp"], b"10.0.2.2")

    def test_a_time_server_may_have_a_name_and_a_port(self):
        self.assertEqual(self.pack("--ntp", "time.example:1123").returncode, 0)
        self.assertEqual(dict(flash_config.unpack(self.block.read_bytes()))["ntp"], b"time.example:1123")

    def test_a_time_server_that_cannot_be_is_refused(self):
        for server in (":123", "10.0.2.2:", "10.0.2.2:0", "10.0.2.2:65536", "10.0.2.2:ntp", "::1", "time example"):
            with self.subTest(server):
                self.assertIn("--ntp", self.refused("--ntp", server))

    def test_a_network_that_cannot_be_is_refused(self):
        for network in ("10.0.2.15", "10.0.2.15/33", "10.0.2.15/24,gateway", "10.0.2.15/24,10.0.3.1", "static",
                        "::1/64", "10.0.2.15/24,10.0.2.2,10.0.2.3,10.0.2.4"):
            with self.subTest(network):
                self.assertIn("--network", self.refused("--network", network))

    def test_what_does_not_fit_the_region_is_refused(self):
        self.assertIn("configuration region has 400", self.refused("--size", "400"))

    def test_names_and_sizes_are_shown_but_no_contents(self):
        packed, shown = self.pack(), self.run_it("--show", self.block)
        for run in (packed, shown):
            self.assertIn("       9 bytes  secret\n", run.stdout)
            self.assertNotIn("swordfish", run.stdout + run.stderr)

    def test_a_damaged_block_is_not_shown(self):
        self.pack()
        whole = self.block.read_bytes()
        for length in (8, 15, 16, 40, len(whole) - 40, len(whole) - 1):
            with self.subTest(length):
                self.block.write_bytes(whole[:length])
                self.assertIn(f"{self.block} is damaged", self.run_it("--show", self.block).stderr)

    def test_nobody_else_can_read_the_block(self):
        self.pack()
        self.assertEqual(self.block.stat().st_mode & 0o077, 0)

    def test_a_name_that_ends_in_hex_gets_intel_hex(self):
        self.block = self.folder / "config.hex"
        self.assertEqual(self.pack("--address", "0x0807FFF0").returncode, 0)
        lines = self.block.read_text().splitlines()
        self.assertEqual(lines[0], ":020000040807EB")
        self.assertTrue(lines[1].startswith(":10FFF00050535452"))
        self.assertEqual(lines[2], ":020000040808EA")
        self.assertEqual(lines[-1], ":00000001FF")
        for line in lines:
            self.assertEqual(sum(bytes.fromhex(line[1:])) & 0xFF, 0, line)


if __name__ == "__main__":
    unittest.main()
