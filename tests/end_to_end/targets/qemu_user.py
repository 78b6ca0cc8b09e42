"""The programs for Linux/ARM, each instruction translated on this machine; the kernel is this machine's."""

from targets.host import ROOT, Host


class QemuUser(Host):
    patience = 4
    lacks = {**Host.lacks, "memory": "the emulator's memory is not ours", "preload": "the program is static"}


class Arm64(QemuUser):
    name = "arm64"
    program = ROOT / "build/arm64/postern"
    emulator = ("qemu-aarch64-static",)


class Armhf(QemuUser):
    name = "armhf"
    program = ROOT / "build/armhf/postern"
    emulator = ("qemu-arm-static",)
