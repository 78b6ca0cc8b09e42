"""What a GNU linker map and a symbol table say about who takes which bytes of a program.

In: PROGRAM.map, and a file with PROGRAM's symbols. Out: bytes of flash and of RAM per component.
The linker names the archive of every library's piece. What comes out of link-time optimisation has
none, so it alone is shared out by the symbols: ours to the rooms by their namespaces, lwIP's by their beginnings;
what has no symbol of its own (texts, compiler-made tables) is counted as such.
"""

import bisect
import collections
import re
import subprocess

SECTION = re.compile(r"^(\.?[\w.]+)\s+0x([0-9a-f]+)\s+0x([0-9a-f]+)", re.MULTILINE)
PIECE = re.compile(r"^ (\*fill\*|[.\w$*-][^\s]*)\s+0x([0-9a-f]+)\s+0x([0-9a-f]+)(?: (\S.*))?$", re.MULTILINE)
ARCHIVE = re.compile(r"([^/]+)\.a\(")

LIBRARIES = {
    "libmbedtls": "mbedTLS", "libsodium": "libsodium", "libcjson": "cJSON", "libllhttp": "llhttp", "liblwip": "lwIP",
    "libc": "C library", "libc_nano": "C library", "libm": "C library", "libpthread": "C library",
    "libstdc++": "C++ library", "libstdc++_nano": "C++ library", "libsupc++": "C++ library",
    "libsupc++_nano": "C++ library", "libgcc": "compiler's run time", "libgcc_eh": "compiler's run time",
}
LWIP = re.compile(r"(tcp|udp|pbuf|memp?|netif|ip4?|etharp|ethernet|dns|dhcp|sntp|icmp|raw|inet|lwip|sys|ram)_")
OWN = "texts and tables"
LINKING = "relocations, unwinding"
# Made for all at once; the map has them under whoever came first.
MADE_BY_LINKER = re.compile(r"\.(rela?\.|eh_frame|ARM\.ex|gcc_except|dyn|gnu\.|got|i?plt|interp|note)")
NOT_LOADED = re.compile(r"\.(debug|comment|ARM\.attributes|symtab|strtab|shstrtab|note\.GNU-stack|gnu\.(build|lto))")


def loaded_part(map_text):
    """The map's lines about what is in the program, a line per piece."""
    body = map_text[map_text.index("Linker script and memory map"):]
    return re.sub(r"^( ?[.\w][^\s]*)\n\s+(0x)", r"\1 \2", body, flags=re.MULTILINE)  # long names stand on a line of their own


def sections(map_text):
    """(name, first address, bytes) of the output sections that are loaded or reserved."""
    for name, address, size in SECTION.findall(loaded_part(map_text)):
        if int(size, 16) and not NOT_LOADED.match(name):
            yield name, int(address, 16), int(size, 16)


def pieces(map_text):
    """(output section, address, bytes, file) of everything that is loaded or reserved."""
    section = None
    for line in loaded_part(map_text).split("\n"):
        if found := SECTION.match(line):
            section = found.group(1)
        elif (found := PIECE.match(line)) and section and not NOT_LOADED.match(section):
            size = int(found.group(3), 16)
            if size:
                yield section, int(found.group(2), 16), size, found.group(4) or "padding"


def component(section, file):
    """Whose a piece is."""
    if MADE_BY_LINKER.match(section):
        return LINKING
    archive = ARCHIVE.search(file)
    if archive:
        return LIBRARIES.get(archive.group(1), OWN)
    if re.search(r"/(crt\w*|rcrt\w*|Scrt\w*)\.o$", file):
        return "C library"
    return "padding" if file == "padding" else OWN


def kind(section):
    """Where a section lies: "flash", "ram", or "both" (initialised data: its first value lies in flash)."""
    if re.match(r"\.(bss|tbss|noinit|stack|heap|arena|ram)", section):
        return "ram"
    return "both" if re.match(r"\.t?data$|\.data1?$|\.fast", section) else "flash"


def room(symbol):
    """The room of a symbol by its namespace; lwIP; or nothing."""
    if LWIP.match(symbol):
        return "lwIP"
    found = re.search(r"\bpostern::(?:\(anonymous namespace\)::)?(?:(\w+)::)?", symbol)
    if not found:
        return None
    known = {"json", "crypto", "http", "tls", "config", "token", "cache", "policy", "gateway"}
    if found.group(1) in known:
        return f"core/{found.group(1)}"
    if found.group(1) in {"platform"}:
        return "platform"
    if found.group(1) in {"firmware", "importer", "board", "mcu"}:
        return "firmware"
    return "core/base"


def own_rooms(places, symbols_file, nm):
    """Bytes of our functions and named data per room: (flash, RAM). `places` are (address, end, section) of what the map
    gives to nobody else: a library's function may be called like one of lwIP's."""
    flash, ram = collections.Counter(), collections.Counter()
    places = sorted(places)
    listing = subprocess.run([nm, "-S", "-C", "--defined-only", symbols_file], check=True, capture_output=True, text=True).stdout
    seen = set()
    for line in listing.splitlines():
        fields = line.split(" ", 3)
        if len(fields) < 4 or not re.fullmatch(r"[0-9a-f]+", fields[1]):
            continue
        address, size, owner = int(fields[0], 16), int(fields[1], 16), room(fields[3])
        first, end, section = places[bisect.bisect_right(places, (address, float("inf"))) - 1]
        if owner and first <= address < end and address not in seen:  # one address, one function: constructors have two names
            seen.add(address)
            where = kind(section)
            if where != "ram":
                flash[owner] += size
            if where != "flash":
                ram[owner] += size
    return flash, ram


def shares(map_file, symbols_file, nm="nm"):
    """{component: (flash bytes, RAM bytes)} of a program, the rooms of ours first."""
    flash, ram = collections.Counter(), collections.Counter()
    places = []
    for section, address, size, file in pieces(map_file.read_text()):
        where, who = kind(section), component(section, file)
        if who == OWN:
            places.append((address, address + size, section))
        if where != "ram":
            flash[who] += size
        if where != "flash":
            ram[who] += size
    rooms_flash, rooms_ram = own_rooms(places, symbols_file, nm)
    for owner, size in rooms_flash.items():
        flash[owner] += size
        flash[OWN] -= size
    for owner, size in rooms_ram.items():
        ram[owner] += size
        ram[OWN] -= size
    names = sorted(set(flash) | set(ram), key=lambda name: (-flash[name], name))
    return {name: (max(flash[name], 0), max(ram[name], 0)) for name in names}


def image_sizes(map_text):
    """Of an image without an operating system: what lies in flash and what is taken of RAM, stack included."""
    flash = ram = stack = 0
    for name, _, size in sections(map_text):
        where = kind(name)
        flash += size if where != "ram" else 0
        ram += size if where != "flash" else 0
        stack += size if name == ".stack" else 0
    return {"flash_bytes": flash, "ram_bytes": ram, "stack_bytes": stack}
