#!/usr/bin/env python3
"""core references no allocator: reads the undefined symbols of its archive.

    symbols.py NM ARCHIVE
"""

import re
import subprocess
import sys

from source import report

# Also what would bring an allocator in through the back door: exceptions, iostreams, threads, locales.
FORBIDDEN = re.compile(
    r"""^(
        (__)?(malloc|free|calloc|realloc|reallocarray|memalign|aligned_alloc|posix_memalign|valloc|pvalloc)
      | strdup | strndup | __strdup | asprintf | vasprintf | getline | getdelim
      | _Zn[wa].* | _Zd[la].*            # operator new, new[], delete, delete[]
      | __cxa_(throw|allocate_exception|rethrow|begin_catch)
      | __cxa_guard_acquire              # a static that is constructed at first use
      # std::string_view::substr checks its bounds and would throw. A start past the end is our own mistake,
      # and without exceptions it ends the process as POSTERN_ASSERT does; every other throw is refused.
      | _ZSt(\d+)__throw_(?!out_of_range_fmtPKcz$).*
      | _ZNSt7__cxx11.*                  # std::string and friends
      | _ZNSt6thread.* | pthread_create
      | fopen | fdopen | popen | getaddrinfo | qsort
    )$""",
    re.VERBOSE,
)


def forbidden(listing):
    """(object, symbol) for every forbidden undefined symbol in the output of `nm -u`."""
    member = "?"
    for line in listing.splitlines():
        if line.endswith(":"):
            member = line[:-1]
            continue
        words = line.split()
        if words and FORBIDDEN.match(words[-1].split("@")[0]):
            yield member, words[-1]


if __name__ == "__main__":
    nm, archive = sys.argv[1:]
    output = subprocess.run([nm, "-u", archive], check=True, capture_output=True, text=True).stdout
    report([f"{member}: references {symbol}" for member, symbol in forbidden(output)])
