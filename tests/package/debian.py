"""The Debian that packages are installed into, and the packages: made once, kept below build/."""

import atexit
import functools
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
KEPT = ROOT / "build/package"
PACKAGES = ROOT / "build/packages"
# What every Debian has that boots; nothing of it is there for Postern.
INCLUDED = "systemd,systemd-sysv"
NATIVE = subprocess.run(["dpkg", "--print-architecture"], check=True, capture_output=True, text=True).stdout.strip()
VERSION = re.search(r"project\(postern VERSION ([0-9.]+)", (ROOT / "CMakeLists.txt").read_text()).group(1)


def package(architecture=NATIVE):
    return PACKAGES / f"postern_{VERSION}_{architecture}.deb"


def apt_sources():
    """This machine's own mirror, as lines of a sources.list."""
    release = dict(line.split("=", 1) for line in pathlib.Path("/etc/os-release").read_text().splitlines() if "=" in line)
    codename = release["VERSION_CODENAME"]
    targets = subprocess.run(
        ["apt-get", "indextargets", "--format", "deb $(REPO_URI) $(RELEASE) main", "Created-By: Packages",
         "Component: main"], check=True, capture_output=True, text=True).stdout.splitlines()
    return codename, sorted({line for line in targets if line.split()[2] in (codename, f"{codename}-security")})


def apt_settings():
    """How this machine gets to it: proxies and the like."""
    dump = subprocess.run(["apt-config", "dump", "Acquire"], check=True, capture_output=True, text=True).stdout
    return [line for line in dump.splitlines() if re.match(r"Acquire::(https?|Check-Valid-Until|Check-Date)\b", line)]


def tarball():
    """The Debian as a tarball. Takes a minute and a mirror the first time."""
    codename, sources = apt_sources()
    key = hashlib.sha256("\n".join([codename, INCLUDED]).encode()).hexdigest()[:12]
    kept = KEPT / f"debian-{codename}-{key}.tar"
    if not kept.exists():
        KEPT.mkdir(parents=True, exist_ok=True)
        print(f"making {kept.relative_to(ROOT)}", flush=True)
        part = kept.with_suffix(".part.tar")
        with tempfile.NamedTemporaryFile("w", suffix=".conf") as settings:
            settings.write("\n".join(apt_settings()) + "\n")
            settings.flush()
            subprocess.run(["mmdebstrap", "--quiet", "--variant=apt", f"--include={INCLUDED}",
                            f"--aptopt={settings.name}", codename, part, *sources], check=True)
        part.rename(kept)
    return kept


@functools.cache
def unpacked():
    """The Debian as a folder, until the tests end."""
    packed = tarball()  # makes the folder, too
    folder = pathlib.Path(tempfile.mkdtemp(prefix="debian-", dir=KEPT))
    atexit.register(shutil.rmtree, folder)
    subprocess.run(["tar", "--extract", "--file", packed, "--directory", folder], check=True)
    (folder / "etc/hosts").write_text("127.0.0.1 localhost\n::1 localhost\n")
    return folder


def next_version(folder, version="999", configuration=None, program=None):
    """A newer package in `folder`: the one there is with another version, and what is given in place of its files."""
    inside = pathlib.Path(folder) / f"inside-{version}"
    subprocess.run(["dpkg-deb", "--raw-extract", package(), inside], check=True)
    control = inside / "DEBIAN/control"
    control.write_text(re.sub(r"^Version: .*$", f"Version: {version}", control.read_text(), flags=re.MULTILINE))
    if configuration is not None:
        (inside / "etc/postern/postern.json").write_text(configuration)
    if program is not None:
        (inside / "usr/bin/postern").write_text(program)
    made = pathlib.Path(folder) / f"postern_{version}_{NATIVE}.deb"
    subprocess.run(["dpkg-deb", "--root-owner-group", "-Znone", "--build", inside, made], check=True,
                   stdout=subprocess.DEVNULL)
    return made


def is_root():
    return os.geteuid() == 0


def as_who_builds():
    """Words before a command that builds, where the tests run as root and the tree is not root's."""
    return ["sudo", "-u", f"#{os.environ['SUDO_UID']}"] if "SUDO_UID" in os.environ else []
