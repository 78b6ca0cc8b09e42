"""Who is measured: how each is configured and started, and what the clients send to it.

A new scenario is one more function in nginx, haproxy or postern, and one more line in ALL.
"""

import dataclasses
from typing import Callable

import haproxy
import nginx
import postern
from tokens import JWT_COUNT, OPAQUE_COUNT, Draw


@dataclasses.dataclass
class Contender:
    name: str
    prepare: Callable  # (Place) → the command; writes its configuration into the place's folder. None: no proxy.
    tokens: Draw | None = None
    path: str = "/open/x"
    binary: str = ""  # Whose size is reported; "postern": is left out when there is none.
    warm_up_s: int = 1
    beside: tuple = ()  # Contenders it is compared with in a table of its own, and measured with.
    key: str = ""  # The clients speak TLS, with a certificate over a key of this kind: "ec" or "rsa".
    idle: int = 1000  # Connections whose memory is measured. Of TLS fewer than fit the default limits.


@dataclasses.dataclass
class Place:
    """Where a contender runs: its folder and the ports."""

    folder: object
    port: int
    upstream: int
    provider: int
    postern: str
    certificate: object = None  # Of tests/support/certificates.py, where the clients speak TLS.


HOT_OPAQUE = "Postern, hot token"


def guarded(name, prepare, draw, **more):
    return Contender(name, prepare, draw, "/guarded/x", "postern", **more)


def jwt(algorithm):
    """The peer that verifies at every request, whichever token it is, and ours by how often a token comes back."""
    peer = f"HAProxy, {algorithm} JWT"
    beside = {"beside": (HOT_OPAQUE, peer)}
    return [
        Contender(peer, haproxy.jwt_verify(algorithm), Draw(algorithm, 1), binary="haproxy"),
        guarded(f"Postern, {algorithm} JWT, hot", postern.jwt, Draw(algorithm, 1), **beside),
        # A thousand verifications take up to a second.
        guarded(f"Postern, {algorithm} JWT, 1 000 tokens", postern.jwt, Draw(algorithm, 1000), warm_up_s=2, **beside),
        guarded(
            f"Postern, {algorithm} JWT, every one new",
            postern.jwt_forgetting,
            Draw(algorithm, JWT_COUNT, in_turn=True),
            **beside,
        ),
    ]


TLS_PEER = "nginx plain, TLS"


def secured(name, prepare, draw=None, path="/open/x", **more):
    """Requests over TLS connections that stay: no handshake is measured, so the key hardly matters."""
    return Contender(name, prepare, draw, path, idle=200, key="ec", **more)


ALL = [
    Contender("direct", None),
    Contender("nginx plain", nginx.plain, binary="nginx"),
    Contender("HAProxy plain", haproxy.plain, binary="haproxy"),
    Contender("nginx auth_request, cached", nginx.auth_request, Draw("opaque", 1), binary="nginx"),
    Contender("Postern, no auth", postern.opaque, binary="postern"),
    guarded(HOT_OPAQUE, postern.opaque, Draw("opaque", 1)),
    guarded("Postern, 1 000 tokens", postern.opaque, Draw("opaque", 1000)),
    guarded("Postern, 50 000 tokens, 4 096 cached", postern.opaque, Draw("opaque", OPAQUE_COUNT)),
    *jwt("RS256"),
    *jwt("ES256"),
    secured(TLS_PEER, nginx.plain, binary="nginx"),
    secured("HAProxy plain, TLS", haproxy.plain, binary="haproxy", beside=(TLS_PEER,)),
    secured("Postern, no auth, TLS", postern.opaque, binary="postern", beside=(TLS_PEER,)),
    secured(
        "Postern, hot token, TLS",
        postern.opaque,
        Draw("opaque", 1),
        "/guarded/x",
        binary="postern",
        beside=(TLS_PEER,),
    ),
]


def chosen(words):
    """Those with one of the words in their name, and whoever they are compared with; without words, all."""
    if not words:
        return ALL
    found = [c for c in ALL if any(word.lower() in c.name.lower() for word in words)]
    names = {c.name for c in found} | {name for c in found for name in c.beside}
    return [c for c in ALL if c.name in names]
