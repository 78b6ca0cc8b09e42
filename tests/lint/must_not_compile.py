#!/usr/bin/env python3
"""A file that must not compile, and must fail for the reason it states.

    must_not_compile.py FILE COMPILER FLAGS...

The file says `// expect: REGEX`; the compiler's messages must match. With -DGOOD the same file must compile,
so that it cannot fail for another reason, such as a header that has moved.
"""

import re
import subprocess
import sys

file, *compiler = sys.argv[1:]
text = open(file, encoding="utf-8").read()
expected = re.search(r"^// expect: (.+)$", text, re.MULTILINE)


def compile_with(*more):
    return subprocess.run([*compiler, "-fsyntax-only", *more, file], capture_output=True, text=True)


if not expected:
    sys.exit(f"{file}: no line `// expect: REGEX`")
if "GOOD" not in text:
    sys.exit(f"{file}: no variant for -DGOOD")
good = compile_with("-DGOOD")
if good.returncode != 0:
    sys.exit(f"{file}: does not compile even with -DGOOD:\n{good.stderr}")
bad = compile_with()
if bad.returncode == 0:
    sys.exit(f"{file}: compiles, but must not")
if not re.search(expected.group(1).strip(), bad.stderr):
    sys.exit(f"{file}: fails for another reason than `{expected.group(1)}`:\n{bad.stderr}")
print(f"{file}: refused as expected")
