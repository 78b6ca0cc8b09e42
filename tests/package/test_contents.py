"""What is in the packages: looked at, not installed."""

import gzip
import io
import json
import pathlib
import re
import subprocess
import tarfile
import tempfile
import unittest

import debian
from linux_arm import TOOLCHAINS

SOURCE = debian.ROOT / "firmware/linux/package"
EXECUTABLE, READABLE = "-rwxr-xr-x", "-rw-r--r--"
FILES = {
    "./etc/postern/postern.json": READABLE,
    "./usr/bin/postern": EXECUTABLE,
    "./usr/lib/systemd/system/postern.service": READABLE,
    "./usr/lib/sysusers.d/postern.conf": READABLE,
    "./usr/share/doc/postern/bound-tokens.md": READABLE,
    "./usr/share/doc/postern/changelog.gz": READABLE,
    "./usr/share/doc/postern/clock.md": READABLE,
    "./usr/share/doc/postern/configuration.md": READABLE,
    "./usr/share/doc/postern/copyright": READABLE,
    "./usr/share/doc/postern/examples/introspection.json": READABLE,
    "./usr/share/doc/postern/import.md": READABLE,
    "./usr/share/doc/postern/operation.md": READABLE,
    "./usr/share/doc/postern/tls.md": READABLE,
    "./usr/share/man/man1/postern.1.gz": READABLE,
    "./usr/share/man/man5/postern.json.5.gz": READABLE,
    "./usr/share/postern/postern.schema.json": READABLE,
}
# What `file` and readelf call the machine.
MACHINES = {"amd64": "Advanced Micro Devices X86-64", "arm64": "AArch64", "armhf": "ARM"}
SECURITY_MAX = 1.8  # systemd-analyze security: 0 is sealed, 10 is open


def output(*words):
    return subprocess.run([str(word) for word in words], check=True, capture_output=True, text=True).stdout


class Contents:
    """The tests of one architecture's package."""

    architecture = ""

    @classmethod
    def setUpClass(cls):
        cls.package = debian.package(cls.architecture)
        if not cls.package.exists():
            raise unittest.SkipTest(f"{cls.package.name} was not made: tools/setup --toolchain {cls.architecture}")
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.inside = pathlib.Path(folder.name)
        subprocess.run(["dpkg-deb", "--raw-extract", cls.package, cls.inside], check=True)

    def field(self, name):
        return output("dpkg-deb", "--field", self.package, name).strip()

    def program(self, *words):
        emulator = [] if self.architecture == debian.NATIVE else [TOOLCHAINS[self.architecture].emulator]
        return [*emulator, str(self.inside / "usr/bin/postern"), *map(str, words)]

    def test_files_are_those_and_belong_to_root(self):
        found = {}
        for line in output("dpkg-deb", "--contents", self.package).splitlines():
            mode, owner, _, _, _, name = line.split(None, 5)
            self.assertEqual("root/root", owner, name)
            if mode[0] == "d":
                self.assertEqual("drwxr-xr-x", mode, name)
            else:
                found[name] = mode
        self.assertEqual(FILES, found)

    def test_files_are_the_ones_of_this_tree(self):
        for file, origin in (("etc/postern/postern.json", SOURCE / "postern.json"),
                             ("usr/lib/systemd/system/postern.service", SOURCE / "postern.service"),
                             ("usr/share/postern/postern.schema.json", debian.ROOT / "docs/postern.schema.json"),
                             ("usr/share/doc/postern/operation.md", debian.ROOT / "docs/operation.md")):
            self.assertEqual(origin.read_bytes(), (self.inside / file).read_bytes(), file)

    def test_checksums_are_right(self):
        sums = (self.inside / "DEBIAN/md5sums").read_text()
        self.assertEqual(len(FILES), len(sums.splitlines()))
        subprocess.run(["md5sum", "--check", "--quiet", "DEBIAN/md5sums"], cwd=self.inside, check=True)

    def test_what_is_below_etc_is_kept_in_an_upgrade(self):
        below = {name[1:] for name in FILES if name.startswith("./etc/")}
        self.assertEqual(below, set((self.inside / "DEBIAN/conffiles").read_text().split()))

    def test_fields(self):
        self.assertEqual(("postern", debian.VERSION, self.architecture),
                         (self.field("Package"), self.field("Version"), self.field("Architecture")))
        dependencies = re.sub(r" \([^)]*\)", "", self.field("Depends")).split(", ")
        library = ["libc6"] if self.architecture == debian.NATIVE else []
        self.assertEqual(["systemd | systemd-standalone-sysusers | systemd-sysusers", *library], dependencies)
        self.assertTrue(all(len(line) <= 81 for line in self.field("Description").splitlines()))

    def test_changelog_is_about_this_version(self):
        changelog = gzip.decompress((self.inside / "usr/share/doc/postern/changelog.gz").read_bytes()).decode()
        self.assertRegex(changelog, rf"\Apostern \({re.escape(debian.VERSION)}\) \w+; urgency=\w+\n")

    def test_program_is_stripped_and_for_this_machine(self):
        program = self.inside / "usr/bin/postern"
        header = output("readelf", "--file-header", program)
        self.assertRegex(header, rf"Machine: +{MACHINES[self.architecture]}\n")
        sections = output("readelf", "--section-headers", "--wide", program)
        self.assertNotRegex(sections, r"\.symtab|\.debug_")
        self.assertNotIn(" .comment ", sections)
        stack = [line for line in output("readelf", "--segments", "--wide", program).splitlines() if "GNU_STACK" in line]
        self.assertTrue(stack and " RWE " not in stack[0])

    def test_program_of_another_machine_needs_no_library(self):
        if self.architecture == debian.NATIVE:
            needed = re.findall(r"\(NEEDED\).*\[(.*)\]", output("readelf", "--dynamic", self.inside / "usr/bin/postern"))
            self.assertEqual({"libc.so.6"}, {name for name in needed if not name.startswith("ld-linux")})
            self.assertIn("BIND_NOW", output("readelf", "--dynamic", self.inside / "usr/bin/postern"))
        else:
            self.assertNotIn("INTERP", output("readelf", "--segments", self.inside / "usr/bin/postern"))

    def test_program_runs_and_accepts_the_configuration(self):
        self.assertEqual(f"postern {debian.VERSION}\n", output(*self.program("--version")))
        said = output(*self.program("check", self.inside / "etc/postern/postern.json"))
        self.assertRegex(said, r": well; 1 endpoints, 0 providers, 1 upstreams; ")

    def test_example_is_accepted_once_it_has_its_secret(self):
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            example = folder / "postern.json"
            example.write_bytes((self.inside / "usr/share/doc/postern/examples/introspection.json").read_bytes())
            (folder / "secrets").mkdir()
            secret = folder / "secrets/client-secret"
            secret.write_text("opensesame\n")
            secret.chmod(0o600)
            self.assertIn(": well; ", output(*self.program("check", example)))


class Native(Contents, unittest.TestCase):
    architecture = debian.NATIVE

    def test_is_the_same_when_it_is_made_again(self):
        """Twice from here, and as of one moment: since the tests began somebody may have edited or committed."""
        self.assertEqual(self.made_again(), self.made_again())

    def made_again(self):
        moment = f"SOURCE_DATE_EPOCH={self.made()}"
        output(*debian.as_who_builds(), "env", moment, debian.ROOT / "tools/package", self.architecture)
        return self.package.read_bytes()

    def made(self):
        """Of when the package says it is."""
        files = subprocess.run(["dpkg-deb", "--fsys-tarfile", self.package], check=True, capture_output=True).stdout
        with tarfile.open(fileobj=io.BytesIO(files)) as archive:
            return max(int(member.mtime) for member in archive)

    def test_manual_pages_are_well_formed(self):
        for page in (SOURCE / "postern.1", SOURCE / "postern.json.5"):
            lint = subprocess.run(["mandoc", "-Tlint", page], capture_output=True, text=True).stdout.splitlines()
            # (It looks for the pages that are referred to on this machine.)
            self.assertEqual([], [line for line in lint if "referenced manual not found" not in line])

    def test_manual_page_knows_every_command(self):
        manual = (SOURCE / "postern.1").read_text()
        for command in re.findall(r"^  postern (\S+)", output(*self.program("--help")), flags=re.MULTILINE):
            self.assertIn(f"\n.Cm {command}\n" if command[0] != "-" else f"\n.Fl {command[1:]}\n", manual)

    def test_configuration_names_the_schema_where_it_is(self):
        for file in ("etc/postern/postern.json", "usr/share/doc/postern/examples/introspection.json"):
            schema = json.loads((self.inside / file).read_text())["$schema"]
            self.assertIn(f".{schema}", FILES)

    def test_maintainer_scripts_are_well_formed(self):
        for script in ("postinst", "prerm", "postrm"):
            output("shellcheck", self.inside / "DEBIAN" / script)
            self.assertIn("\nset -e\n", (self.inside / "DEBIAN" / script).read_text())

    def test_unit_is_well_formed(self):
        with tempfile.TemporaryDirectory() as folder:
            # The program is where the unit says it is only once it is installed.
            unit = pathlib.Path(folder) / "postern.service"
            unit.write_text((SOURCE / "postern.service").read_text().replace("/usr/bin/postern", "/bin/true"))
            verified = subprocess.run(["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True)
            self.assertNotIn("postern", verified.stderr)

    def test_unit_stays_as_closed_as_it_is(self):
        said = output("systemd-analyze", "security", "--offline=true", "--no-pager", SOURCE / "postern.service")
        exposure = float(re.search(r"Overall exposure level for postern.service: ([0-9.]+)", said).group(1))
        self.assertLessEqual(exposure, SECURITY_MAX)


class Arm64(Contents, unittest.TestCase):
    architecture = "arm64"


class Armhf(Contents, unittest.TestCase):
    architecture = "armhf"
