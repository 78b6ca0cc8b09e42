"""The firmware of a board without an operating system, on a board of QEMU's."""

import json
import pathlib
import subprocess

from targets.host import ROOT
from targets.image import LACKS, Image

CONFIGURATION_REGION = 0x00380000
NETWORK = "10.0.2.15/24,10.0.2.2,10.0.2.3"

# What fits into 512 KiB, and what a configuration of a test may therefore have at most.
LIMITS = {"connections": 4, "idle_connections": 2, "upstream_connections": 4, "header_bytes": 2048, "token_bytes": 2048,
          "cache_entries": 64, "facts_bytes": 512, "lookups": 2, "waiters": 4, "provider_answer_bytes": 8192, "keys": 4,
          "revocations": 16, "rate_buckets": 16, "tls_connections": 4, "tls_handshakes": 2, "dpop_proofs": 16}


class Mcu(Image):
    lacks = LACKS

    def __init__(self):
        super().__init__()
        self.program = ROOT / f"build/{self.name}/postern.elf"

    def adapted(self, configuration):
        configuration = super().adapted(configuration)
        asked = configuration.get("limits", {})
        configuration["limits"] = {name: min(asked.get(name, most), most) for name, most in LIMITS.items()}
        return configuration

    def machine(self, gateway, configuration):
        file, bundle = pathlib.Path(f"{gateway.file}.board"), pathlib.Path(f"{gateway.file}.bin")
        file.write_text(json.dumps(configuration))
        subprocess.run([ROOT / "tools/flash-config", file, "-o", bundle, "--network", NETWORK], check=True)
        return ["qemu-system-arm", "-M", self.name, "-kernel", self.program, "-nic", self.network(gateway),
                "-device", f"loader,file={bundle},addr={CONFIGURATION_REGION:#x},force-raw=on"]

    def is_up(self, gateway):
        return "postern: listening on" in gateway.output()

    def ask_for_counters(self, gateway):
        gateway.process.stdin.write(b"counters\n")
        gateway.process.stdin.flush()


class Mps2An500(Mcu):
    name = "mps2-an500"


class Mps2An385(Mcu):
    name = "mps2-an385"
