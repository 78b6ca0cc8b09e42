"""What the toolchain files for Linux on ARM say, for whoever runs or reads the programs that they make.

    TOOLCHAINS["armhf"].emulator     qemu-arm-static
"""

import pathlib
import re
from typing import NamedTuple


class Toolchain(NamedTuple):
    target: str  # arm64, armhf: also the preset, and Debian's word for the machine
    triple: str  # the beginning of its tools' names
    emulator: str  # runs its programs here


def _read():
    for file in pathlib.Path(__file__).resolve().parent.glob("*.cmake"):
        said = dict(re.findall(r"^set\(postern_(\w+) (\S+)\)$", file.read_text(), re.MULTILINE))
        if "emulator" in said:
            yield Toolchain(**{name: said[name] for name in Toolchain._fields})


TOOLCHAINS = {toolchain.target: toolchain for toolchain in _read()}
