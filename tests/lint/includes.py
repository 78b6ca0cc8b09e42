#!/usr/bin/env python3
"""Compares every #include with rooms.txt: who may know whom, and which library is let in where."""

import pathlib
import re

from source import ROOT, blanked, our_files, report

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:<([^>]+)>|"([^"]+)")', re.MULTILINE)


class Rules:
    def __init__(self, text):
        self.rooms = []  # (name, names it may include, groups), most specific match wins
        self.groups = {}
        self.extra = {}  # file -> headers
        left = []
        for line in text.splitlines():
            line = line.strip()
            if not line or line.startswith("#"):
                continue
            if line.startswith("@"):
                name, *headers = line[1:].split()
                self.groups[name] = headers
                continue
            if line.startswith("!"):
                file, headers, _reason = (part.strip() for part in line[1:].split(":", 2))
                self.extra[file] = headers.split()
                continue
            name, may, *groups = (part.strip() for part in line.split(":"))
            allowed = []
            for word in may.split():
                allowed += left if word == "left" else [word]
            self.rooms.append((name, allowed, groups[0].split() if groups else []))
            if name.startswith("core/"):
                left.append(name)

    def room_of(self, path):
        """The most specific room whose name `path` is or lies below."""
        matches = [room for room in self.rooms if within(path, room[0])]
        return max(matches, key=lambda room: len(room[0]), default=None)

    def problem(self, path, header, system):
        """Why the file `path` may not include `header`, or None."""
        room = self.room_of(path)
        if room is None:
            return "stands in no room of rooms.txt"
        name, allowed, groups = room
        if system:
            headers = self.groups["freestanding"] + self.extra.get(path, [])
            for group in groups:
                headers = headers + self.groups[group]
            if any(header == h or (h.endswith("/") and header.startswith(h)) for h in headers):
                return None
            return f"{name} does not let <{header}> in"
        if "/" not in header:
            return f'"{header}": name files from the root of the repository'
        target = self.room_of(header)
        target_name = target[0] if target else header
        if target_name == name or any(within(header, word) for word in allowed):
            # core as a whole is named by firmware and tests; a room of core names rooms.
            return None
        return f"{name} does not know {target_name}"


def within(path, folder):
    return path == folder or path.startswith(folder + "/")


def findings(rules, root=ROOT):
    for path in our_files(root):
        text = blanked((root / path).read_text(), keep_strings=True)
        for match in INCLUDE.finditer(text):
            system, own = match.groups()
            problem = rules.problem(path.as_posix(), system or own, system is not None)
            if problem:
                line = text.count("\n", 0, match.start()) + 1
                yield f"{path}:{line}: {problem}"


if __name__ == "__main__":
    here = pathlib.Path(__file__).resolve().parent
    report(list(findings(Rules((here / "rooms.txt").read_text()))))
