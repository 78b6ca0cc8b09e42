#!/usr/bin/env python3
"""The rules of style that a machine can see and no other tool looks at.

Rule 1: one concept, one file: at most 400 lines; functions of at most 70 lines; 100 columns; names in snake_case.
Rule 2: a room opens with what it is for, In, Out, Never.
Rule 16: headers stand guarded by #pragma once.
Exceptions stand in exceptions.txt, each with its reason.
"""

import pathlib
import re

from source import ROOT, blanked, our_files, report

FILE_LINES = 400
FUNCTION_LINES = 70
COLUMNS = 100
NAME = re.compile(r"[a-z][a-z0-9_]*$")
NOT_A_FUNCTION = re.compile(r"^\s*(namespace|class|struct|enum|union|extern)\b|=\s*\{$|=\s*$|^\s*#")
TEST_BODY = re.compile(r"^\s*(TEST|TEST_F|TEST_P|TYPED_TEST)\(")


def functions(text):
    """(first line, length) of every function, seen by the layout clang-format gives: a body opens with a
    brace at the end of a line and closes with one at that line's own indentation."""
    lines = blanked(text).split("\n")
    for start, line in enumerate(lines):
        if not line.rstrip().endswith("{") or NOT_A_FUNCTION.search(line):
            continue
        indent = len(line) - len(line.lstrip())
        if "(" not in line and ")" not in line:
            continue
        if re.match(r"\s*(\}\s*)?(if|for|while|switch|else|do|case|default)\b", line):
            continue
        closing = re.compile(r" {%d}\}" % indent)
        for end in range(start + 1, len(lines)):
            if closing.match(lines[end]):
                yield start + 1, end - start + 1
                break


def findings_in(path, text):
    """(rule, line, what) for one file; `path` relative to the root."""
    lines = text.split("\n")
    if len(lines) - 1 > FILE_LINES:
        yield "file_length", 1, f"{len(lines) - 1} lines: look for the second concept (at most {FILE_LINES})"
    for number, line in enumerate(lines, 1):
        if len(line) > COLUMNS and not re.search(r"https?://\S{60}", line) and not line.startswith("#include"):
            yield "line_length", number, f"{len(line)} columns (at most {COLUMNS})"
        if "\t" in line or line != line.rstrip():
            yield "blanks", number, "tab or trailing blank"
    for number, length in functions(text):
        if length > FUNCTION_LINES:
            yield "function_length", number, f"a function of {length} lines (at most {FUNCTION_LINES})"
    for part in path.with_suffix("").parts:
        if not NAME.match(part) and part not in PRODUCT_FOLDERS:
            yield "name", 1, f"{part}: names are snake_case"
    if path.suffix == ".hpp" and "#pragma once" not in text:
        yield "pragma_once", 1, "a header starts with #pragma once"


OPENING = re.compile(r"(//.*\n)*?// (.* )?In: (.*\n//)*?(.* )?Out: (.*\n//)*?(.* )?Never: ")
PRODUCT_FOLDERS = ("appliance-arm64", "mps2-an385", "mps2-an500")


def rooms_without_an_opening(root):
    """Rule 2, for every room of core and every platform."""
    for parent in ("core", "platform"):
        for room in sorted((root / parent).iterdir()) if (root / parent).is_dir() else []:
            headers = list(room.rglob("*.hpp")) if room.is_dir() else []
            if headers and not any(OPENING.match(header.read_text()) for header in headers):
                yield f"{room.relative_to(root)}: no header opens with `// In: .. Out: .. Never: ..`"


def exceptions(text):
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            path, rule, reason = (part.strip() for part in line.split(":", 2))
            assert reason, line
            yield path, rule


def findings(root, excused):
    unused = set(excused)
    for path in our_files(root):
        for rule, line, what in findings_in(path, (root / path).read_text()):
            if (path.as_posix(), rule) in excused:
                unused.discard((path.as_posix(), rule))
            else:
                yield f"{path}:{line}: {what}"
    yield from rooms_without_an_opening(root)
    for path, rule in sorted(unused):
        yield f"exceptions.txt: {path} : {rule} is not needed any more"


if __name__ == "__main__":
    here = pathlib.Path(__file__).resolve().parent
    report(list(findings(ROOT, set(exceptions((here / "exceptions.txt").read_text())))))
