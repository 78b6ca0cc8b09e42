"""The programs that are measured: where each target's lies, and how it is run here."""

import dataclasses
import json
import pathlib
import re
import subprocess
import tempfile

import linker_map
from linux_arm import TOOLCHAINS

ROOT = pathlib.Path(__file__).resolve().parents[2]

# One public endpoint; every limit at its default, one worker.
PLANNED = {
    "limits": {"workers": 1},
    "listeners": [{"address": "127.0.0.1:8080"}],
    "upstreams": {"api": {"servers": ["http://127.0.0.1:9000"]}},
    "endpoints": [{"name": "all", "match": {"path": "/"}, "upstream": "api", "authenticate": {"connector": "none"}}],
}


@dataclasses.dataclass(frozen=True)
class Target:
    """What `tools/test --target NAME` builds. `emulator` runs a Linux program of another machine here."""

    name: str
    what: str
    preset: str
    prefix: str = ""  # of the binary utilities
    emulator: tuple = ()
    image: bool = False  # No operating system below it: the program is the flash's content.

    @property
    def program(self):
        return ROOT / "build" / self.preset / ("postern.elf" if self.image else "postern")

    @property
    def map_file(self):
        return self.program.with_suffix(".map") if self.image else self.program.with_name(self.program.name + ".map")

    @property
    def symbols(self):
        debug = self.program.with_name(self.program.name + ".debug")
        return debug if debug.exists() else self.program

    def built(self):
        return self.program.exists() and self.map_file.exists()

    def shares(self):
        """{component: (flash bytes, RAM bytes)}"""
        return linker_map.shares(self.map_file, self.symbols, self.prefix + "nm")

    def figures(self):
        """{figure: bytes} of what can be said without starting it, and of an image what it said of itself when it
        was tested last (tests/end_to_end writes it beside the image)."""
        if not self.image:
            return {"program_bytes": self.program.stat().st_size, "plan_bytes": self.plan_bytes()}
        said = self.program.with_name("measured.json")
        measured = json.loads(said.read_text()) if said.exists() and said.stat().st_mtime > self.program.stat().st_mtime else {}
        return {**linker_map.image_sizes(self.map_file.read_text()), **measured}

    def plan_bytes(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "postern.json"
            file.write_text(json.dumps(PLANNED))
            table = subprocess.run([*self.emulator, self.program, "plan", file], check=True, capture_output=True,
                                   text=True).stdout
        return int(re.search(r"(\d+)\s*$", table).group(1))


def linux_arm(name, what):
    toolchain = TOOLCHAINS[name]
    return Target(name, what, name, f"{toolchain.triple}-", (toolchain.emulator,))


TARGETS = [
    Target("host", "Linux on this machine", "release"),
    linux_arm("arm64", "Linux, 64-bit ARM, static"),
    linux_arm("armhf", "Linux, ARMv7 hard float, static"),
    Target("mps2-an500", "Cortex-M7, no operating system", "mps2-an500", "arm-none-eabi-", image=True),
    Target("mps2-an385", "Cortex-M3, no operating system", "mps2-an385", "arm-none-eabi-", image=True),
]
