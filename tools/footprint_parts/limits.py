"""tests/footprint/limits.txt: what each figure may be."""

import pathlib

FILE = pathlib.Path(__file__).resolve().parents[2] / "tests/footprint/limits.txt"


def read():
    """{(target, figure): (limit, bound)}, in bytes; a bound that nobody promised is None."""
    known = {}
    for line in FILE.read_text().splitlines():
        if line and line[0] != "#":
            target, name, limit, bound = line.split()
            known[target, name] = int(limit), None if bound == "-" else int(bound)
    return known


def compare(target, figures, comparable=True):
    """Prints each figure of `target` beside what it may be. Returns how many are too much or have no limit.
    Not `comparable`: measured on another machine than the limits, so only the bounds count."""
    known = read()
    failed = 0
    for name, now in figures.items():
        limit, bound = known.get((target, name), (None, None))
        too_much = limit is None or (comparable and now > limit) or (bound is not None and now > bound)
        failed += too_much
        note = ("NO LIMIT in limits.txt" if limit is None else "TOO MUCH" if too_much else
                "the limit can be lowered" if comparable and now < 0.7 * limit else "")
        print(f"{target + ' ' + name:36}{now:12}{limit or '-':>12}{bound or '-':>12}  {note}")
    return failed
