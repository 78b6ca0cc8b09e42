"""The program on this machine: what every test was written against, and what the other targets differ from.

A target is told apart from this one only by what it `lacks`: what a test may need, and why that is not there.

    authorities a list of the authorities that the public web trusts
    commands    the program's other commands, and what a process says of itself: exit status, /proc
    crowds      hundreds of clients at a time, hundreds of entries, answers of many KiB
    files       files that it reads again, or writes, while it runs
    loopback    what this machine calls 127.0.0.1 and localhost is the same to the gateway
    memory      what the operating system says of its memory is what the gateway takes
    preload     a library that is loaded before the program
    reset       it can be started anew without being written anew
    signals     SIGHUP, SIGTERM, SIGUSR1
    speed       what is decided within fractions of a second, and megabytes in a few
    workers     more than one worker
"""

import json
import os
import pathlib
import signal
import socket
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[3]


def ports(gateway):
    """Of its listeners."""
    listeners = json.loads(gateway.file.read_text())["listeners"]
    return [int(listener["address"].rpartition(":")[2]) for listener in listeners]


def accepts(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Host:
    name = "host"
    here = "127.0.0.1"  # where the gateway finds what listens on this machine's loopback interface
    patience = 1  # how many times longer than on this machine things may take
    start_s = 15
    lacks = {"reset": "a program is started, not reset"}
    modules = None  # those that it runs: all
    why_these = ""
    program = ROOT / "build/release/postern"
    emulator = ()
    shares_console = False  # what is typed is echoed among the log's lines
    stdin = subprocess.DEVNULL

    def __init__(self):
        self.program = pathlib.Path(os.environ.get("POSTERN", self.program))
        if "asan" in self.program.parts:
            self.lacks = {**self.lacks, "memory": "the sanitizers' shadow memory is not ours",
                          "preload": "the sanitizers bring an allocator of their own"}

    def words(self, gateway):
        """The command that runs `gateway`, of which `file` is the configuration and `port` is where clients come."""
        return [*self.emulator, self.program, "run", "--config", gateway.file]

    def is_up(self, gateway):
        """Whether clients are served, at every listener. The gateway's process runs."""
        return all(map(accepts, ports(gateway)))

    def ask_for_counters(self, gateway):
        """One more line of the log will hold them."""
        gateway.signal(signal.SIGUSR1)

    def keep_measured(self, gateway, counters):
        """For tools/footprint: what a target says of its memory that is not seen from outside."""

    def memory_kib(self, gateway):
        """What `gateway` has planned to take, and what there is; nothing where it asks the system for its memory."""

    def reset(self, gateway):
        """Starts the machine anew, as its button does."""
        raise NotImplementedError

    def postern(self, *arguments):
        """Another of the program's commands, as it ended."""
        return subprocess.run([*self.emulator, self.program, *arguments], capture_output=True, text=True, timeout=20 * self.patience)
