"""An appliance in QEMU, seen from outside: its serial console, its forwarded ports, its power switch.

In: an image of firmware/appliance-arm64/build, the files of a configuration. Out: a machine that runs, what it says, where
it answers. Never: a look inside that somebody at the site could not take.

    with Appliance(folder, configuration={"postern.json": text}, forward={80: 23080}) as machine:
        machine.start()
        machine.wait_for("postern: listening on")

The guest reaches servers on this host's loopback at 10.0.2.2.
"""

import hashlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import threading
import time

from virtual_appliance import IMAGE, ROOT, U_BOOT, Disc, hardware

DEPS = pathlib.Path(os.environ.get("POSTERN_DEPS", ROOT / "build/deps"))
BUILD = ROOT / "firmware/appliance-arm64/build"
KEY = IMAGE.parent / "update-key.pem"
PROGRAMS = (ROOT / "build/arm64/postern", ROOT / "build/arm64/postern-verify")
TOOLS = ("qemu-system-aarch64", "mcopy", "sfdisk", "mksquashfs", "depmod", "openssl")


def missing():
    """What this machine has not, to build and run an appliance; empty when all is there."""
    gone = [tool for tool in TOOLS if not shutil.which(tool, path="/usr/sbin:/usr/bin:/sbin:/bin")]
    files = (*PROGRAMS, DEPS / "appliance/busybox", pathlib.Path(U_BOOT))
    return gone + [str(file) for file in files if not file.exists()]


def _made(file, *arguments):
    """Runs the build for `file` where that is older than what goes into it."""
    sources = [each for each in BUILD.parent.rglob("*") if each.is_file() and each.suffix != ".md"]
    newest = max(each.stat().st_mtime for each in (*PROGRAMS, *sources))
    if not file.exists() or file.stat().st_mtime < newest:
        subprocess.run([BUILD, *arguments], check=True)
    return file


def build():
    """Makes the image."""
    return _made(IMAGE)


def build_card(folder, overlay):
    """An image for a Raspberry Pi, as README.md has it made, but for the Pi's own firmware; files of `overlay` over the root's."""
    folder = pathlib.Path(folder)
    for name, text in overlay.items():
        file = folder / "overlay" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(0o755)
    return _made(folder / "appliance.img", "--mbr", "--overlay", folder / "overlay", "--output", folder, "--key", KEY)


def build_update(folder, version, program=None):
    """An update signed with the image's key; with `program` in the gateway's place, where there is one."""
    folder = pathlib.Path(folder)
    arguments = ["--only-update", "--version", version, "--output", folder, "--key", KEY]
    if program:
        file = folder / "overlay/bin/postern"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(program)
        file.chmod(0o755)
        arguments += ["--overlay", folder / "overlay"]
    folder.mkdir(parents=True, exist_ok=True)
    return _made(folder / "update.postern", *arguments).read_bytes()


def signed_update(folder, image, **says):
    """An update with the image's signature, whatever its header `says` of `image`."""
    fields = {"version": "a version", "built": 4_000_000_000, "bytes": len(image),
              "sha256": hashlib.sha256(image).hexdigest(), **says}  # fmt: skip
    header = "postern-update 1\n" + "".join(f"{name} {value}\n" for name, value in fields.items())
    file = pathlib.Path(folder) / "header"
    file.write_text(header)
    signature = subprocess.run(["openssl", "pkeyutl", "-sign", "-rawin", "-inkey", KEY, "-in", file], check=True, capture_output=True)
    return f"{header}signature {signature.stdout.hex()}\n".encode().ljust(4096, b"\0") + image


class Appliance:
    """One machine. `start` switches it on, `cut_power` off; the disc stays."""

    def __init__(self, folder, configuration=None, forward=None, devices=(), image=IMAGE, hardware=hardware):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "console.log").write_bytes(b"")
        self.disc, self.hardware = Disc(self.folder / "disc.img", image), hardware
        self.disc.put(configuration or {})
        self.forward, self.devices, self.address = forward or {}, list(devices), ""
        self.console = ""  # all that the serial line said since the disc was made
        self.mark = 0  # up to where wait_for() has read
        self.switched_on = 0  # what the console had said by then
        self.process = None
        self.changed = threading.Condition()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.cut_power()

    def start(self):
        command = [*self.hardware(self.disc, self.forward, self.address), *self.devices,
                   "-display", "none", "-monitor", "none", "-serial", "stdio"]  # fmt: skip
        self.mark = self.switched_on = len(self.console)
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        threading.Thread(target=self._listen, args=(self.process.stdout,), daemon=True).start()
        return self

    def _listen(self, line):
        with open(self.folder / "console.log", "ab") as log:
            while data := line.read1(65536):
                log.write(data)
                log.flush()
                with self.changed:
                    self.console += data.decode(errors="replace").replace("\r", "")
                    self.changed.notify_all()
        with self.changed:
            self.changed.notify_all()

    def wait_for(self, pattern, timeout=120):
        """The next match of `pattern` on the console, after the one found last."""
        found = self._first(pattern, self.mark, timeout)
        self.mark = found.end()
        return found

    def says(self, pattern, timeout=120):
        """A match of `pattern` on the console since the power was switched on, now or in a while."""
        return self._first(pattern, self.switched_on, timeout)

    def said(self, pattern):
        """A match of `pattern` on the console since the power was switched on; None when there is none."""
        with self.changed:
            return re.compile(pattern, re.MULTILINE).search(self.console, self.switched_on)

    def _first(self, pattern, since, timeout):
        deadline = time.monotonic() + timeout
        with self.changed:
            while True:
                if found := re.compile(pattern, re.MULTILINE).search(self.console, since):
                    return found
                left = deadline - time.monotonic()
                if left <= 0 or self.process.poll() is not None:
                    raise AssertionError(f"the console never said {pattern!r}; its end:\n{self.console[-3000:]}")
                self.changed.wait(min(left, 1))

    def wait_until_it_serves(self, timeout=120):
        """Until gateway and network are both there, in whichever order they come."""
        self.says("postern: listening on ", timeout)
        self.says("appliance: network: ", timeout)

    def processor_s(self):
        """How long the emulator has computed since the power was switched on: on an idle machine, all of the time."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def type(self, text):
        """Types a line on the serial console."""
        self.process.stdin.write(text.encode() + b"\n")
        self.process.stdin.flush()

    def cut_power(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        if self.process:
            self.process.wait()
