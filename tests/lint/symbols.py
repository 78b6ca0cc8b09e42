#!/usr/bin/env python3
"""core needs nothing of its surroundings but the few names below: no allocator, no exceptions, no run-time types.

    symbols.py NM ARCHIVE COMPILER [OPTION...]

The archive is linked into one object first, as it is linked into the program: objects for link-time optimisation do
not tell which C functions they call, and references within core are nobody's business.
"""

import pathlib
import re
import subprocess
import sys
import tempfile

from source import report

# The whole list, so that a name is let in by a decision, not by not being thought of. A port has to bring these.
ALLOWED = re.compile(
    r"""^(
        mem(cpy|move|set|cmp|chr) | strlen
      | abort | fprintf | stderr               # POSTERN_ASSERT's last words
      # std::string_view::substr checks its bounds and would throw. A start past the end is our own mistake,
      # and without exceptions it ends the process as POSTERN_ASSERT does.
      | _ZSt24__throw_out_of_range_fmtPKcz
      # libsodium's only two: neither allocates. (mbedTLS has a block of its own, from the plan.)
      | crypto_core_ed25519_is_valid_point | crypto_sign_ed25519_verify_detached
      # mbedTLS's PSA layer is made ready once; the rest of it is called by mbedTLS.
      | psa_crypto_init
      # libgcc: counts bits and divides where the processor cannot, and picks a processor's own atomic instructions
      | __(popcount|ctz)[ds]i2 | __aeabi_u?[il]divmod | __aarch64_(ldadd|swp|cas)[1248]_\w+
      | llhttp_\w+ | cJSON_\w+ | mbedtls_\w+   # who may call which is includes.py's matter
      | _GLOBAL_OFFSET_TABLE_ | __tls_get_addr # what position independent code is made with
    )$""",
    re.VERBOSE,
)


def refused(listing):
    """The undefined symbols in the output of `nm -u` that are not allowed."""
    for line in listing.splitlines():
        words = line.split()
        if len(words) > 1 and not ALLOWED.match(words[-1].split("@")[0]):
            yield words[-1]


if __name__ == "__main__":
    nm, archive, *link = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        core = pathlib.Path(folder) / "core.o"
        subprocess.run([*link, "-nostdlib", "-r", "-Wl,--whole-archive", archive, "-o", core], check=True)
        output = subprocess.run([nm, "-u", core], check=True, capture_output=True, text=True).stdout
    report([f"core references {symbol}" for symbol in refused(output)])
