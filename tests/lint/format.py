#!/usr/bin/env python3
"""clang-format over every file of ours.

    format.py [--check] [CLANG_FORMAT]
"""

import re
import subprocess
import sys

from source import ROOT, our_files, report

arguments = sys.argv[1:]
check = "--check" in arguments
program = next((a for a in arguments if not a.startswith("-")), "clang-format-14")
files = [str(path) for path in our_files()]
if not files:
    sys.exit(0)
if not check:
    sys.exit(subprocess.run([program, "--style=file", "-i", *files], cwd=ROOT).returncode)
run = subprocess.run([program, "--style=file", "--dry-run", *files], cwd=ROOT, capture_output=True, text=True)
places = re.findall(r"^(\S+?:\d+):\d+: ", run.stderr, re.MULTILINE)
report([f"{place}: not as clang-format writes it (run tests/lint/format.py)" for place in dict.fromkeys(places)])
