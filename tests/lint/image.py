#!/usr/bin/env python3
"""Reads an image's link map: no allocator may be in it, and nothing that would bring one along.

    image.py MAP

A board's memory is fixed when it is linked: core takes it from the plan, mbedTLS and cJSON from pieces of
that, lwIP from its own pools. Here is the proof that nobody else gives memory out."""

import re
import sys

# Of the C library (newlib's names for themselves included) and of C++.
ALLOCATORS = re.compile(
    r"_?(malloc|calloc|realloc|reallocarray|free|memalign|aligned_alloc|posix_memalign|valloc|strdup|strndup|sbrk)(_r)?"
    r"|_Z(nw|na|dl|da)\w*|operator (new|delete).*")
# What would take memory from them, or exceptions: they are noticed before somebody adds a heap for them.
COMPANIONS = re.compile(
    r"_?s?v?(f|s|sn|as)?i?(printf|scanf)(_r)?|_?f(open|write|flush|puts)(_r)?|__sinit|_?strtod(_r)?"
    r"|__cxa_(throw|allocate_exception|demangle)|_Unwind_\w+|__gnu_unwind\w*|setlocale")


def symbols(text):
    """The names that the map shows at an address of the image: those of dropped sections stand before."""
    begin = text.index("Linker script and memory map")
    return re.findall(r"^ {8,}0x[0-9a-f]+ +([A-Za-z_][^\s=]*(?: [a-z]+.*)?)$", text[begin:], re.MULTILINE)


def findings(text):
    names = symbols(text)
    if "main" not in names:
        yield "this is no map of an image: there is no main in it"
    for name in sorted(set(names)):
        if ALLOCATORS.fullmatch(name):
            yield f"the image holds an allocator: {name}"
        elif COMPANIONS.fullmatch(name):
            yield f"the image holds what wants a heap or much flash: {name}"


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8", errors="replace") as file:
        found = list(findings(file.read()))
    for finding in found:
        print(f"{sys.argv[1]}: {finding}", file=sys.stderr)
    sys.exit(1 if found else 0)
