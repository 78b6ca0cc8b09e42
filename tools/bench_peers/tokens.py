"""What the clients send: files with one token per line, made before anything is measured.

JWTs stay in build/bench for later runs, until they would expire or their generator changes.
"""

import dataclasses
import hashlib
import pathlib
import shutil
import subprocess
import time

HERE = pathlib.Path(__file__).resolve().parent
FOLDER = HERE.parents[1] / "build/bench"
GENERATOR = HERE / "make_tokens.mjs"
OPAQUE_COUNT = 50000
JWT_COUNT = 8192
DAYS_VALID = 30
DAY_S = 86400


@dataclasses.dataclass(frozen=True)
class Draw:
    """The tokens of a scenario: the first `count` of `kind`; each request carries one."""

    kind: str  # "opaque", or a JWT's algorithm
    count: int
    in_turn: bool = False  # One after the other and again from the first; otherwise at random.

    @property
    def file(self):
        return FOLDER / f"{self.kind}.tokens"

    @property
    def hot(self):
        return self.count == 1

    def first(self):
        with open(self.file) as lines:
            return next(lines).strip()


def make(kinds, jwts=False):
    """Makes what is not there yet, of these kinds; `jwts`: those in any case."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    if "opaque" in kinds:
        lines = (f"bench-token-{i:08d}-0123456789abcdef01234\n" for i in range(OPAQUE_COUNT))
        (FOLDER / "opaque.tokens").write_text("".join(lines))
    if (jwts or set(kinds) - {"opaque"}) and not jwts_are_good():
        make_jwts()


def jwts_are_good():
    stamp = FOLDER / "made_by"
    fresh = stamp.exists() and time.time() - stamp.stat().st_mtime < (DAYS_VALID - 1) * DAY_S
    return fresh and stamp.read_text() == recipe()


def recipe():
    return hashlib.sha256(GENERATOR.read_bytes()).hexdigest() + f" {JWT_COUNT} {DAYS_VALID}\n"


def make_jwts():
    if not shutil.which("node"):
        raise SystemExit("node makes the JWTs: tools/setup installs it")
    command = ["node", GENERATOR, FOLDER, str(JWT_COUNT), str(DAYS_VALID)]
    subprocess.run(command, check=True)
    # Last, so that an interrupted run is not taken for a finished one.
    (FOLDER / "made_by").write_text(recipe())
