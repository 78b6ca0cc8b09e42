"""The tables of tools/footprint, as Markdown."""

import argparse

import limits
from programs import ROOT, TARGETS

PAGE = ROOT / "docs/footprint.md"
BEGIN, END = "<!-- tools/footprint --write begins here -->", "<!-- and ends here -->"
WORDS = {
    "program_bytes": "program, stripped",
    "plan_bytes": "total of the memory plan",
    "idle_bytes": "resident when idle, two workers",
    "idle_connection_bytes": "per idle client",
    "flash_bytes": "flash",
    "ram_bytes": "static RAM, without the plan's",
    "stack_bytes": "of it the stack",
    "stack_used_bytes": "stack used at most",
    "library_used_bytes": "of the plan: mbedTLS's heap used at most",
}


def grouped(number):
    return f"{number:,}".replace(",", " ")


def table(head, rows):
    yield "| " + " | ".join(head) + " |"
    yield "|---|" + "---:|" * (len(head) - 1)
    for row in rows:
        yield "| " + " | ".join(row) + " |"


def figures_table(measured):
    """Bytes of each figure and target beside what is allowed."""
    known = limits.read()
    rows = []
    for target, figures in measured.items():
        for name, now in figures.items():
            limit, bound = known.get((target.name, name), (None, None))
            rows.append([f"{target.name}: {WORDS.get(name, name)}", grouped(now), grouped(limit) if limit else "",
                         grouped(bound) if bound else ""])
    return table(["bytes", "now", "limit", "promised"], rows)


def shares_table(targets):
    """Who takes how much of each program."""
    shares = {target: target.shares() for target in targets}
    first = next(iter(shares.values()))
    names = list(first) + sorted({name for share in shares.values() for name in share} - set(first))
    rows = []
    for name in names:
        cells = []
        for target in targets:
            flash, ram = shares[target].get(name, (0, 0))
            cells += [grouped(flash)] + ([grouped(ram)] if target.image else [])
        rows.append([name, *cells])
    head = ["component"]
    for target in targets:
        head += [f"{target.name} flash", f"{target.name} RAM"] if target.image else [target.name]
    return table(head, rows)


def page(targets):
    yield from figures_table({target: target.figures() for target in targets})
    yield ""
    yield from shares_table(targets)


def write(lines):
    text = PAGE.read_text()
    before, after = text[:text.index(BEGIN) + len(BEGIN)], text[text.index(END):]
    PAGE.write_text(before + "\n\n" + "\n".join(lines) + "\n\n" + after)


def main(arguments, about):
    parser = argparse.ArgumentParser(usage="tools/footprint [--target NAME]... [--write] [--list]",
                                     formatter_class=argparse.RawDescriptionHelpFormatter, description=about)
    parser.add_argument("--target", action="append", choices=[target.name for target in TARGETS])
    parser.add_argument("--write", action="store_true", help=f"into {PAGE.relative_to(ROOT)}")
    parser.add_argument("--list", action="store_true", help="the targets, and which are built")
    options = parser.parse_args(arguments)
    if options.list:
        for target in TARGETS:
            print(f"{target.name:12} {'built    ' if target.built() else 'not built'}  {target.what}")
        return 0
    wanted = [target for target in TARGETS if not options.target or target.name in options.target]
    missing = [target.name for target in wanted if not target.built()]
    built = [target for target in wanted if target.built()]
    if not built or (options.target and missing) or (options.write and missing):
        print(f"tools/footprint: not built: {', '.join(missing)}; tools/test --target NAME builds one")
        return 1
    lines = list(page(built))
    print("\n".join(lines))
    if options.write:
        write(lines)
    return 0
