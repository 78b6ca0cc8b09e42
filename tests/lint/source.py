"""What the lint scripts share: our files, and C++ text without comments and literals."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = ("core", "platform", "firmware", "tests")
SUFFIXES = (".hpp", ".cpp", ".h", ".c")


def our_files(root=ROOT, folders=FOLDERS):
    """Every C and C++ file of ours, as paths relative to `root`, in order."""
    return sorted(
        path.relative_to(root)
        for folder in folders
        for path in (root / folder).rglob("*")
        if path.suffix in SUFFIXES and "node_modules" not in path.parts
    )


TOKEN = re.compile(
    r"""//[^\n]*|/\*.*?\*/            # comments
      | R"(?P<tag>[^()\s\\]*)\(.*?\)(?P=tag)"   # raw strings
      | "(?:\\.|[^"\\\n])*"
      | (?<![0-9a-fA-F])'(?:\\.|[^'\\\n])*'   # 1'000 is a number
    """,
    re.VERBOSE | re.DOTALL,
)


def blanked(text, keep_strings=False):
    """`text` with comments (and literals) replaced by blanks; lines and columns stay where they are."""

    def blank(match):
        if keep_strings and match.group()[0] == '"':
            return match.group()
        return re.sub(r"[^\n]", " ", match.group())

    return TOKEN.sub(blank, text)


def report(findings):
    """Prints the findings and ends the script: 0 without, 1 with any."""
    for finding in findings:
        print(finding)
    print(f"{len(findings)} finding(s)")
    sys.exit(1 if findings else 0)
