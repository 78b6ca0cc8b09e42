"""A card in a Raspberry Pi 3, as QEMU has it: what its own firmware starts after itself starts the gateway.

QEMU stands in for the Pi's firmware (which starts U-Boot with a device tree) and has no network that this kernel can use.
"""

import unittest

from appliance import DEPS, ROOT, Appliance, build_card

FOLDER = ROOT / "build/appliance-arm64/test/raspberry-pi"
BOOT_S = 240  # half a minute on a machine that has nothing else to do
NO_WATCHDOG = "#!/bin/sh\nexec sv -w 1 down /run/service/watchdog\n"  # QEMU's fires when it is armed


def raspberry_pi(disc, forward, address=""):
    """The command of a Pi with `disc` as its card; the kernel's console is the second of its serial lines."""
    (tree,) = (DEPS / "appliance/linux").glob("usr/lib/linux-image-*/broadcom/bcm2837-rpi-3-b.dtb")
    return [
        "qemu-system-aarch64", "-M", "raspi3b", "-kernel", DEPS / "appliance/u-boot/usr/lib/u-boot/rpi_arm64/u-boot.bin",
        "-dtb", tree, "-drive", f"file={disc.file},format=raw,if=sd", "-serial", "null",
    ]  # fmt: skip


class ARaspberryPi(unittest.TestCase):
    def test_starts_the_gateway_from_its_card(self):
        card = build_card(FOLDER, {"service/watchdog/run": NO_WATCHDOG})
        with Appliance(FOLDER, image=card, hardware=raspberry_pi) as pi:
            pi.start()
            pi.wait_for("appliance: postern .* in slot a", BOOT_S)
            pi.wait_for(r"postern: listening on 0\.0\.0\.0:80; 4 workers", BOOT_S)
