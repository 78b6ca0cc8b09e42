"""The programs for Linux/ARM, each instruction translated on this machine; the kernel is this machine's."""

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


class Arm64(QemuUser):
    name = "arm64"


class Armhf(QemuUser):
    name = "armhf"
