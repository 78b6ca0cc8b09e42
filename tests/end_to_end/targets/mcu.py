"""The firmware of a board without an operating system, on a board of QEMU's."""

import json
import os
import pathlib
import re
import socket
import subprocess

from targets import time_server
from targets.host import ROOT
from targets.image import LACKS, STORY, Image

CONFIGURATION_REGION = 0x00380000
NETWORK = "10.0.2.15/24,10.0.2.2,10.0.2.3"

# The board's own (firmware/mcu/limits.hpp): what a configuration of a test may ask for at most.
LIMITS = {"connections": 4, "idle_connections": 4, "upstream_connections": 4, "header_bytes": 2048, "token_bytes": 2048,
          "cache_entries": 64, "facts_bytes": 512, "lookups": 2, "waiters": 8, "provider_answer_bytes": 8192, "keys": 4,
          "revocations": 16, "rate_buckets": 16, "tls_connections": 4, "tls_handshakes": 1, "dpop_proofs": 16}


def await_prompt(monitor):
    said = b""
    while not said.endswith(b"(qemu) "):
        said += monitor.recv(4096)


class Mcu(Image):
    lacks = {name: why for name, why in LACKS.items() if name != "reset"}
    start_s = 30
    patience = 3
    modules = (*STORY, "test_authorization", "test_forward_proxy", "test_jwt", "test_oidc", "test_own_limits",
               "test_provider_faults", "test_reference", "test_reset")
    why_these = "it asks for more than a board holds, or for what one has not"

    def __init__(self):
        super().__init__()
        self.time_server = f"{self.here}:{time_server.start()}"
        self.program = pathlib.Path(os.environ.get("POSTERN", ROOT / f"build/{self.name}/postern.elf"))

    def adapted(self, configuration):
        configuration = super().adapted(configuration)
        asked = configuration.get("limits", {})
        configuration["limits"] = {name: min(value, LIMITS[name]) for name, value in asked.items() if name in LIMITS}
        return configuration

    def machine(self, gateway, configuration):
        file, bundle = pathlib.Path(f"{gateway.file}.board"), pathlib.Path(f"{gateway.file}.bin")
        file.write_text(json.dumps(configuration))
        subprocess.run([ROOT / "tools/flash-config", file, "-o", bundle, "--network", NETWORK,
                        "--ntp", self.time_server], check=True, stdout=subprocess.DEVNULL)
        return ["qemu-system-arm", "-M", self.name, "-kernel", self.program, "-nic", self.network(gateway),
                "-device", f"loader,file={bundle},addr={CONFIGURATION_REGION:#x},force-raw=on"]

    def is_up(self, gateway):
        said = gateway.output()
        if "postern: halted" in said:
            raise RuntimeError(f"the board has halted:\n{said}")
        return "postern: listening on" in said and '"state":"synchronised"' in said

    def reset(self, gateway):
        with socket.socket(socket.AF_UNIX) as monitor:
            monitor.settimeout(self.start_s)
            monitor.connect(self.monitor(gateway))
            await_prompt(monitor)
            monitor.sendall(b"system_reset\n")
            await_prompt(monitor)  # whoever hangs up before is not heard

    def ask_for_counters(self, gateway):
        gateway.process.stdin.write(b"counters\n")
        gateway.process.stdin.flush()

    def memory_kib(self, gateway):
        return tuple(map(int, re.search(r"; (\d+) of (\d+) KiB", gateway.output()).groups()))

    def keep_measured(self, gateway, counters):
        planned, _ = self.memory_kib(gateway)
        said = {"stack_used_bytes": counters["stack_bytes_max"], "library_used_bytes": counters["library_bytes_max"],
                "plan_bytes": planned * 1024}
        pathlib.Path(self.program).with_name("measured.json").write_text(json.dumps(said))


class Mps2An500(Mcu):
    name = "mps2-an500"


class Mps2An385(Mcu):
    name = "mps2-an385"
    modules = STORY
    why_these = "the same firmware runs the rest on mps2-an500"
