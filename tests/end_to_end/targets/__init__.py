"""What runs the gateway of a test: this machine, an emulated processor, or an image that boots.

In: POSTERN_TARGET, which `run --target` sets. Out: `TARGET`, one of the classes beside this file. Never: a test that
asks which target it is; it says what it needs.
"""

import os
import unittest

from targets.appliance import Appliance
from targets.host import Host
from targets.mcu import Mps2An385, Mps2An500
from targets.qemu_user import Arm64, Armhf

ALL = {each.name: each for each in (Host, Arm64, Armhf, Appliance, Mps2An500, Mps2An385)}
TARGET = ALL[os.environ.get("POSTERN_TARGET", "host")]()


def can(need):
    return need not in TARGET.lacks


def needs(*what):
    """A test, or a class of them, that needs `what` of a target; where it is lacking, it is skipped, and says why."""
    lacking = [TARGET.lacks[need] for need in what if not can(need)]
    return unittest.skip(lacking[0]) if lacking else lambda test: test
