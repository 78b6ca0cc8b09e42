#!/usr/bin/env python3
"""docs/configuration.md from docs/postern.schema.json, which in turn is held against the loader's tables.

    reference.py            writes it
    reference.py --check    says whether it is up to date
"""

import json
import sys

from source import ROOT, report

SCHEMA = ROOT / "docs/postern.schema.json"
PAGE = ROOT / "docs/configuration.md"
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


def cell(text):
    return str(text).replace("|", "\\|")


def rows(path, members, required, lines, whole):
    """One row per member; objects are opened, in the order of the file, but those that are all alike only once."""
    alike = len(members) > 1 and len({json.dumps(schema.get("properties")) for schema in members.values()}) == 1
    for name, schema in members.items():
        full = f"{path}.{name}"
        shown = f"`{full.lstrip('.')}`"
        described = schema.get("description", "")
        if not described.split(" ")[0].endswith(":"):  # what stands before a colon is a value
            described = described[:1].upper() + described[1:]
        default = f"`{json.dumps(schema['default'])}`" if "default" in schema else ""
        lines.append(f"| {'**' + shown + '**' if name in required else shown} | {cell(described)} "
                     f"| {cell(kind(schema))} | {default} |")
        repeated = path and schema.get("properties") == whole.get(name, {}).get("properties")
        if repeated and "properties" in schema:
            lines[-1] = lines[-1].replace("| object |", f"| as [{name}](#{name}) |")
        elif not alike:
            for below in inner(schema, full):
                rows(*below, lines, whole)
    if alike:
        for below in inner(next(iter(members.values())), f"{path}.*"):
            rows(*below, lines, whole)


def page():
    lines = [INTRODUCTION]
    schema = json.loads(SCHEMA.read_text())
    for name, part in schema["properties"].items():
        if name == "$schema":
            continue
        must = " Must be there." if name in schema["required"] else ""
        lines.append(f"## {name}\n\n{part['description']}{must}\n\n| member | what it is | values | default |\n|---|---|---|---|")
        if inner(part, name):
            for below in inner(part, name):
                rows(*below, lines, schema["properties"])
        else:
            lines.append(f"| `{name}[]` | | {cell(kind(part['items']))} | |")
        lines.append("")
    return "\n".join(lines)


if sys.argv[1:] == ["--check"]:
    kept = PAGE.read_text() if PAGE.exists() else ""
    report([] if kept == page() else [f"{PAGE.relative_to(ROOT)} is out of date: run tests/lint/reference.py"])
else:
    PAGE.write_text(page())
