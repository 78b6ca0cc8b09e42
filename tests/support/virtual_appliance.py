"""The appliance as QEMU has it: its image, a disc of its own made from that, and the command that is its hardware.

In: an image of firmware/appliance-arm64/build, files of a configuration. Out: words of a command line; where serial line,
monitor and screen go is for the caller to add. Never: a process.

The guest reaches servers on this host's loopback at 10.0.2.2.
"""

import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
IMAGE = ROOT / "build/appliance-arm64/appliance.img"
U_BOOT = "/usr/lib/u-boot/qemu_arm64/u-boot.bin"


class Disc:
    """A copy of an image; its configuration can be changed while the machine is off, as on a laptop."""

    def __init__(self, file, image=IMAGE):
        self.file = pathlib.Path(file)
        subprocess.run(["cp", "--sparse=always", image, self.file], check=True)
        table = subprocess.run(["/usr/sbin/sfdisk", "--dump", self.file], check=True, capture_output=True, text=True)
        self.offsets = {
            name: int(start) * 512
            for start, name in re.findall(r'start= *(\d+),.*name="postern-(\w+)"', table.stdout)
        }

    def put(self, files):
        """Writes {name: text or bytes} to the configuration's partition."""
        partition = f"{self.file}@@{self.offsets['config']}"
        for name, content in files.items():
            data = content.encode() if isinstance(content, str) else content
            subprocess.run(["mcopy", "-o", "-i", partition, "-", f"::/{name}"], input=data, check=True)

    def read(self, partition, byte_count, offset=0):
        with open(self.file, "rb") as disc:
            disc.seek(self.offsets[partition] + offset)
            return disc.read(byte_count)

    def write(self, partition, data, offset=0):
        """As a worn-out card would; the machine is off."""
        with open(self.file, "r+b") as disc:
            disc.seek(self.offsets[partition] + offset)
            disc.write(data)


def hardware(disc, forward, address=""):
    """The command of a machine with `disc` in it; `forward` is {port of the guest: port of ours}, `address` the guest's
    where it does not take the one that DHCP offers."""
    forwards = "".join(f",hostfwd=tcp:127.0.0.1:{host}-{address}:{guest}" for guest, host in forward.items())
    return [
        "qemu-system-aarch64", "-M", "virt", "-cpu", "cortex-a72", "-m", "256", "-bios", U_BOOT,
        "-drive", f"file={disc.file},format=raw,if=none,id=disc,cache=writethrough",
        "-device", "virtio-blk-pci,drive=disc", "-device", "virtio-rng-pci",
        "-netdev", f"user,id=net{forwards}", "-device", "virtio-net-pci,netdev=net,romfile=",
    ]  # fmt: skip
