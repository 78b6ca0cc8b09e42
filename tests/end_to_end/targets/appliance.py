"""The appliance's image, booted as from its card: firmware, boot loader, kernel, and the gateway as the one service."""

import json
import os
import pathlib
import shutil
import subprocess

from targets.host import ROOT
from targets.image import LACKS, STORY, Image

CONFIGURATION_AT = "161M"  # the partition; firmware/appliance-arm64/build says what comes before it
UEFI = "/usr/lib/u-boot/qemu_arm64/u-boot.bin"


class Appliance(Image):
    """Whoever is at its console may have a shell there: that is how it is asked for its counters."""

    name = "appliance"
    program = ROOT / "build/appliance-arm64/appliance.img"
    start_s = 240
    patience = 8
    lacks = {name: why for name, why in LACKS.items() if name not in ("authorities", "workers")}
    modules = STORY
    why_these = "it takes half a minute to boot, once per gateway"

    def machine(self, gateway, configuration):
        folder = pathlib.Path(f"{gateway.file}.card")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        (folder / "postern.json").write_text(json.dumps(with_files(configuration, folder), indent=1))
        (folder / "appliance.conf").write_text("console=shell\n")
        card = f"{gateway.file}.img"
        subprocess.run(["cp", "--sparse=always", self.program, card], check=True)
        subprocess.run(["mcopy", "-o", "-s", "-i", f"{card}@@{CONFIGURATION_AT}", *sorted(folder.iterdir()), "::/"], check=True)
        return ["qemu-system-aarch64", "-M", "virt", "-cpu", "cortex-a53", "-m", "256", "-bios", os.environ.get("POSTERN_UEFI", UEFI),
                "-drive", f"if=virtio,format=raw,file={card}", "-netdev", f"{self.network(gateway)},id=net",
                "-device", "virtio-net-pci,netdev=net,romfile="]

    def is_up(self, gateway):
        said = gateway.output()
        return "postern: listening on" in said and "appliance: network: " in said

    def ask_for_counters(self, gateway):
        gateway.process.stdin.write(b"sv 1 /run/service/postern\n")
        gateway.process.stdin.flush()


def with_files(configuration, folder):
    """Copies the files that the configuration names into `folder`, and names them as they are called there."""
    count = 0

    def moved(value, name=""):
        nonlocal count
        if isinstance(value, dict):
            return {key: moved(each, key) for key, each in value.items()}
        if isinstance(value, list):
            return [moved(each, name) for each in value]
        if isinstance(value, str) and name.endswith("file"):
            count += 1
            shutil.copy(value, folder / f"file{count}.pem")
            return f"file{count}.pem"
        return value

    return moved(configuration)
