"""The programs for Linux/ARM, each instruction translated on this machine; the kernel is this machine's."""

import time

from client import until
from linux_arm import TOOLCHAINS
from targets.host import ROOT, Host


class QemuUser(Host):
    patience = 4
    name = ""  # of the toolchain
    lacks = {**Host.lacks, "memory": "the emulator's memory is not ours", "preload": "the program is static"}

    def __init__(self):
        self.program = ROOT / "build" / self.name / "postern"
        self.emulator = (TOOLCHAINS[self.name].emulator,)
        super().__init__()

    def ask_for_counters(self, gateway):
        """Again until they come: a signal that finds the main thread not yet waiting for one is kept by the emulator, which
        then never hands it to sigwait()."""
        before = len(gateway.counted())
        end = time.monotonic() + 60
        while time.monotonic() < end:
            super().ask_for_counters(gateway)
            if until(lambda: len(gateway.counted()) > before, self.patience):
                return


class Arm64(QemuUser):
    name = "arm64"


class Armhf(QemuUser):
    name = "armhf"
