#!/usr/bin/env python3
"""clang-tidy over core, platform and firmware, on every processor.

    clang_tidy.py CLANG_TIDY BUILD_FOLDER [FILE...]
"""

import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys

from source import ROOT, report

program, build, *wanted = sys.argv[1:]
compiled = [pathlib.Path(entry["file"]) for entry in
            json.loads((pathlib.Path(build) / "compile_commands.json").read_text())]
files = sorted(path.relative_to(ROOT).as_posix() for path in compiled
               if path.is_relative_to(ROOT) and path.relative_to(ROOT).parts[0] not in ("tests", "build") and path.exists())
files = [file for file in files if not wanted or file in wanted]


def findings(file):
    run = subprocess.run([program, "--quiet", "-p", build, file], cwd=ROOT, capture_output=True, text=True)
    if run.returncode == 0:
        return []
    return [line for line in run.stdout.splitlines() if line.strip()] or [f"{file}: {run.stderr.strip()}"]


with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
    report([line for lines in pool.map(findings, files) for line in lines])
