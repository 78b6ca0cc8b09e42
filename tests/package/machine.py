"""A Debian with systemd as process 1, in namespaces: what a customer's machine is to a package.

Every one starts from the same Debian, in a third of a second, and leaves nothing behind. It has a network of its
own, with nobody on it but itself.
"""

import os
import pathlib
import shlex
import subprocess
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
START_SECONDS = 30


class CannotBoot(Exception):
    """This machine does not allow it; the text says what."""


def cgroup_root():
    """Where cgroups of version 2 are."""
    for line in pathlib.Path("/proc/mounts").read_text().splitlines():
        _, place, kind, *_ = line.split(" ")
        if kind == "cgroup2":
            return pathlib.Path(place)
    raise CannotBoot("there are no cgroups of version 2")


# What a machine is made in.
NAMESPACES = ("unshare", "--mount", "--pid", "--fork", "--cgroup", "--uts", "--ipc", "--net", "--kill-child")


def check():
    """Says early, by CannotBoot, that there can be no machine."""
    if os.geteuid() != 0:
        raise CannotBoot("namespaces and mounts need root")
    own = cgroup_root() / f"postern-test-{os.getpid()}"
    try:
        own.mkdir()
        own.rmdir()
    except OSError as error:
        raise CannotBoot(f"no cgroup can be made: {error.strerror}") from error
    mounts = "mount --make-rprivate / && mount -t tmpfs tmpfs /mnt && mkdir /mnt/c && mount -t cgroup2 cgroup2 /mnt/c"
    tried = subprocess.run([*NAMESPACES, "sh", "-c", mounts], capture_output=True, text=True)
    if tried.returncode != 0:
        raise CannotBoot(tried.stderr.strip())


class Machine:
    """Boots `root`, a folder that stays as it is.

        with Machine(root) as machine:
            machine.run("systemctl status")
    """

    def __init__(self, root):
        self.root = root

    def __enter__(self):
        self.scratch = tempfile.mkdtemp(prefix="postern-machine-")
        # A cgroup of its own, since systemd takes what it finds for all there is.
        self.cgroup = cgroup_root() / f"postern-test-{os.getpid()}-{time.monotonic_ns()}"
        self.cgroup.mkdir()
        self.outside = subprocess.Popen(
            ["sh", "-c", 'echo 0 >"$1/cgroup.procs"; shift; exec "$@"', "sh", self.cgroup, *NAMESPACES, HERE / "boot",
             self.root, self.scratch],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:
            self.process_1 = self.wait_for(self.find_process_1)
            self.wait_for(lambda: self.try_to("systemctl is-system-running --wait").stdout.strip() in
                          ("running", "degraded"))
        except CannotBoot:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.outside.kill()
        self.outside.wait()
        self.outside.stdout.close()
        # (Process 1 and all that it started die with the process outside, a moment later.)
        for _ in range(200):
            try:
                for folder, _, _ in os.walk(self.cgroup, topdown=False):
                    os.rmdir(folder)
                break
            except OSError:
                time.sleep(0.01)
        os.rmdir(self.scratch)

    def wait_for(self, condition):
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if self.outside.poll() is not None:
                raise CannotBoot(self.outside.stdout.read().decode(errors="replace").strip() or "it ended")
            found = condition()
            if found:
                return found
            time.sleep(0.02)
        raise CannotBoot(f"no systemd after {START_SECONDS} seconds")

    def find_process_1(self):
        """Its number out here, once it is systemd."""
        children = pathlib.Path(f"/proc/{self.outside.pid}/task/{self.outside.pid}/children").read_text().split()
        for child in children:
            if pathlib.Path(f"/proc/{child}/comm").read_text().strip() == "systemd":
                return int(child)
        return None

    def enter(self, *words):
        """A command line that runs `words` inside."""
        return ["nsenter", f"--target={self.process_1}", "--all", "env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
                "LC_ALL=C.UTF-8", "DEBIAN_FRONTEND=noninteractive", *words]

    def try_to(self, script, text=None):
        """Runs a shell's `script`, with `text` as its input. Its output is one: both streams."""
        return subprocess.run(self.enter("sh", "-c", script), input=text or "", text=True, timeout=60,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, errors="replace")

    def run(self, script, text=None):
        """The same; what fails is an error of the test. Returns the output without the line end."""
        done = self.try_to(script, text)
        if done.returncode != 0:
            raise AssertionError(f"{script}\nended with {done.returncode}:\n{done.stdout}")
        return done.stdout.rstrip("\n")

    def write(self, path, text, mode="644", owner="root:root"):
        path, owner = shlex.quote(str(path)), shlex.quote(owner)
        self.run(f"mkdir -p $(dirname {path}) && cat >{path} && chown {owner} {path} && chmod {mode} {path}", text)

    def copy(self, file):
        """Brings a file of this side to /root; returns its name there."""
        there = f"/root/{file.name}"
        with open(file, "rb") as content:
            subprocess.run(self.enter("sh", "-c", f"cat >{there}"), stdin=content, check=True)
        return there

    def background(self, *words):
        """Starts a program of this side in the machine's network, and nothing else of it."""
        return subprocess.Popen(["nsenter", f"--target={self.process_1}", "--net", *map(str, words)],
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def curl(self, *words):
        """curl of this side, in the machine's network. Returns (exit code, output)."""
        done = subprocess.run(["nsenter", f"--target={self.process_1}", "--net", "curl", "--silent", "--show-error",
                               "--max-time", "10", *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        return done.returncode, done.stdout
