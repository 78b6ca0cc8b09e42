#!/usr/bin/env python3
"""docs/configuration.md and the manual page postern.json(5) from docs/postern.schema.json, which in turn is held
against the loader's tables.

    reference.py            writes them
    reference.py --check    says whether they are up to date
"""

import collections
import json
import re
import sys
import textwrap

from source import ROOT, report

SCHEMA = ROOT / "docs/postern.schema.json"
PAGE = ROOT / "docs/configuration.md"
MANUAL = ROOT / "firmware/linux/package/postern.json.5"
EXAMPLE = ROOT / "firmware/linux/package/introspection.json"
INTRODUCTION = """# The configuration file

One JSON file, read at start. `postern check FILE` says everything that is wrong with it, each finding with its place as
a JSON Pointer; members that are not listed here are errors, so that a typo cannot switch a check off. The README shows
the smallest useful file. An editor that knows JSON Schema helps while writing:

```json
{ "$schema": "docs/postern.schema.json" }
```

Durations end in `_ms` or `_s`, sizes in `_bytes`. In the names below, `*` stands for a name of your own and `[]` for
each element of a list; **bold** members must be there. This page is written by `tests/lint/reference.py`.
"""

MANUAL_INTRODUCTION = """.\\" Written by tests/lint/reference.py from docs/postern.schema.json.
.Dd November 21, 2026
.Dt POSTERN.JSON 5
.Os
.Sh NAME
.Nm postern.json
.Nd configuration of the gateway postern
.Sh DESCRIPTION
One JSON file, read at start.
.Ic postern check
says everything that is wrong with it, each finding with its place as a JSON
Pointer.
Members that are not listed here are errors, so that a typo cannot switch a
check off.
An editor that knows JSON Schema helps while writing:
.Bd -literal -offset indent
{ "$schema": "/usr/share/postern/postern.schema.json" }
.Ed
.Pp
Durations end in
.Li _ms
or
.Li _s ,
sizes in
.Li _bytes .
Names of files are relative to the folder of the configuration.
In the names below,
.Li *
stands for a name of your own and
.Li []
for each element of a list.
.Sh MEMBERS"""
MANUAL_END = """.Sh FILES
.Bl -tag -width Ds
.It Pa /etc/postern/postern.json
The configuration of the service.
.It Pa /usr/share/postern/postern.schema.json
The same reference for machines.
.El
.Sh EXAMPLES
Tokens are introspected; those with the scope
.Li read
may read:
.Bd -literal -offset indent
@EXAMPLE@
.Ed
.Sh SEE ALSO
.Xr postern 1
"""


def kind(schema):
    """What may stand there, in a few words."""
    if "anyOf" in schema:
        return ", or ".join(kind(one) for one in schema["anyOf"])
    if "enum" in schema:
        return " ".join(f"`{value}`" for value in schema["enum"])
    words = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if words == ["array"]:
        inner = schema["items"]
        if inner.get("type") == "object":
            return f"list of at most {schema['maxItems']}"
        return f"list of at most {schema['maxItems']}: {kind(inner)}"
    if "minimum" in schema:
        return f"{schema['minimum']} to {schema['maximum']}"
    if isinstance(schema.get("additionalProperties"), dict):
        return f"at most {schema['maxProperties']} members"
    return ", ".join(words)


def inner(schema, path):
    """(path, members, required) of what lies inside, down to the next object with members of its own."""
    if "properties" in schema:
        return [(path, schema["properties"], schema.get("required", []))]
    if "anyOf" in schema:
        return inner(schema["anyOf"][0], path)
    if isinstance(schema.get("items"), dict):
        return inner(schema["items"], path + "[]")
    if isinstance(schema.get("additionalProperties"), dict):
        return inner(schema["additionalProperties"], path + ".*")
    return []


Row = collections.namedtuple("Row", "name required described values default")


def rows(path, members, required, whole):
    """One row per member; objects are opened, in the order of the file, but those that are all alike only once."""
    alike = len(members) > 1 and len({json.dumps(schema.get("properties")) for schema in members.values()}) == 1
    for name, schema in members.items():
        full = f"{path}.{name}"
        described = schema.get("description", "")
        if not described.split(" ")[0].endswith(":"):  # what stands before a colon is a value
            described = described[:1].upper() + described[1:]
        default = f"`{json.dumps(schema['default'])}`" if "default" in schema else ""
        values = kind(schema)
        repeated = path and schema.get("properties") == whole.get(name, {}).get("properties")
        if repeated and "properties" in schema and values == "object":
            values = f"as [{name}](#{name})"
        yield Row(full.lstrip("."), name in required, described, values, default)
        if not alike and not (repeated and "properties" in schema):
            for below in inner(schema, full):
                yield from rows(*below, whole)
    if alike:
        for below in inner(next(iter(members.values())), f"{path}.*"):
            yield from rows(*below, whole)


def sections():
    """(name, description, whether it must be there, rows) of each member of the file."""
    schema = json.loads(SCHEMA.read_text())
    for name, part in schema["properties"].items():
        if name == "$schema":
            continue
        below = [row for one in inner(part, name) for row in rows(*one, schema["properties"])]
        if not inner(part, name):
            below = [Row(f"{name}[]", False, "", kind(part["items"]), "")]
        yield name, part["description"], name in schema["required"], below


def cell(text):
    return str(text).replace("|", "\\|")


def page():
    """All as tables of Markdown."""
    lines = [INTRODUCTION]
    for name, described, must, below in sections():
        lines.append(f"## {name}\n\n{described}{' Must be there.' if must else ''}\n\n"
                     "| member | what it is | values | default |\n|---|---|---|---|")
        for row in below:
            shown = f"`{row.name}`"
            described = f" {cell(row.described)}" if row.described else ""
            default = f" {row.default} |" if row.default or row.described else " |"
            lines.append(f"| {'**' + shown + '**' if row.required else shown} |{described} "
                         f"| {cell(row.values)} |{default}")
        lines.append("")
    return "\n".join(lines)


def troff(text):
    """Text as roff takes it, one sentence or so per line and no line longer than mandoc likes."""
    text = re.sub(r"\[([^]]*)\]\(#[^)]*\)", r"\1", text).replace("`", "")
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("–", "\\(en").replace("…", "...")
    lines = []
    for sentence in re.split(r"(?<=[.;?!]) +", text):
        lines += textwrap.wrap(sentence, 78, break_long_words=False, break_on_hyphens=False)
    return [("\\&" if line[0] in ".'" else "") + line for line in lines]


def manual():
    """All as a manual page, in mdoc."""
    lines = [MANUAL_INTRODUCTION]
    for name, described, must, below in sections():
        lines += [f".Ss {name}", *troff(described + (" Must be there." if must else "")), ".Bl -tag -width Ds"]
        for row in below:
            lines += [f".It Li {troff(row.name)[0]}", *troff(row.described)]
            facts = [row.values.replace("` `", "`, `")] + ([f"default {row.default}"] if row.default else []) + ["must be there"] * row.required
            lines += [*([".br"] if row.described else []), *troff(f"({'; '.join(facts)})")]
        lines.append(".El")
    return "\n".join(lines + [MANUAL_END.replace("@EXAMPLE@", EXAMPLE.read_text().rstrip())])


WRITTEN = {PAGE: page, MANUAL: manual}
if sys.argv[1:] == ["--check"]:
    report([f"{file.relative_to(ROOT)} is out of date: run tests/lint/reference.py" for file, text in WRITTEN.items()
            if not file.exists() or file.read_text() != text()])
else:
    for file, text in WRITTEN.items():
        file.write_text(text())
