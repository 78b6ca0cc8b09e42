"""One lane: a gateway of its own with its own upstreams and provider, so that whatever reaches them during a
case belongs to that case. Lanes run side by side.
"""

import json
import os
import pathlib
import tempfile
import time
import urllib.parse

import gateway
import wire
from messages import Malformed, answers_in, finals_of
from peer import Peer, with_length

BASELINE = b"GET /open/x HTTP/1.1\r\nHost: gw\r\n\r\n"
BIG = b"x" * 10_000_000

# Short, so that cases that end by time end soon; each well above what a loaded machine adds.
TIMEOUTS = {"head_ms": 3000, "body_ms": 1500, "idle_ms": 3000, "send_ms": 1500, "drain_ms": 1000}
CONNECT_MS = 500
RESPONSE_MS = 1000  # Of the provider.
UPSTREAM_RESPONSE_MS = 4000


class Introspection:
    """A provider's endpoint: one answer per token, scripted; every call counted."""

    def __init__(self):
        self.scripts = {}  # token → function(request, connection, token)
        self.unknown = lambda request, connection, token: connection.send(
            with_length(200, b'{"active":false}', "Content-Type: application/json")
        )
        self.faults = []  # What is wrong with the gateway's own requests.

    def answer(self, request, connection):
        form = urllib.parse.parse_qs(request.body.decode("latin-1"), keep_blank_values=True)
        tokens = form.get("token", [])
        if request.method != "POST" or len(tokens) != 1:
            self.faults.append(f"introspection request {request.start_line} with tokens {tokens}")
        if not [v for v in request.values("authorization") if v.startswith("Basic ")]:
            self.faults.append("introspection request without client credentials")
        token = tokens[0] if tokens else ""
        self.scripts.get(token, self.unknown)(request, connection, token)


def good_claims():
    return json.dumps(
        {
            "active": True,
            "sub": "alice",
            "client_id": "c1",
            "scope": "read admin",
            "exp": int(time.time()) + 3600,
        }
    ).encode()


def answer_good(request, connection, token):
    connection.send(with_length(200, good_claims(), "Content-Type: application/json"))


def answer_plainly(request, connection):
    """The ordinary upstream. It switches protocols for any Upgrade that reaches it, so that one too many shows."""
    upgrade = ", ".join(request.values("upgrade")).lower()
    if upgrade:
        if "websocket" in upgrade and request.values("sec-websocket-version") not in ([], ["13"]):
            connection.send(with_length(426, b"", "Sec-WebSocket-Version: 13"))
            return
        connection.send(
            f"HTTP/1.1 101 X\r\nConnection: Upgrade\r\nUpgrade: {upgrade}\r\n\r\n".encode("latin-1")
        )
        connection.tunnel = lambda c, data: c.send(data.upper())
        return
    if request.target.startswith("/open/big"):
        connection.send(with_length(200, BIG))
        return
    body = b"" if request.method == "HEAD" else b"ok"
    connection.send(with_length(200, body, "Content-Type: text/plain"))


class World:
    """`upstreams`: names of the servers behind the endpoints; see `configuration`."""

    def __init__(self, settings, lane, separate_upstreams=False):
        self.settings, self.lane = settings, lane
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix=f"postern-raw-{lane}-"))
        self.introspection = Introspection()
        self.introspection.scripts["GOOD"] = answer_good
        self.provider = Peer("provider", self.introspection.answer)
        self.upstreams = {"main": Peer("main", answer_plainly)}
        names = ("open", "open-admin", "secret", "strip") if separate_upstreams else ()
        for name in names:
            self.upstreams[name] = Peer(name, answer_plainly)
        self.secret_file = self.folder / "secret"
        self.secret_file.write_text("swordfish")
        os.chmod(self.secret_file, 0o600)
        self.process = None
        self.start()

    def start(self):
        first = self.settings.port_base + 4 * self.lane
        port = gateway.free_port(first, first + 3)
        if self.settings.against == "nginx":
            self.process = gateway.start_nginx(self.folder, port, self.upstreams["main"].port)
        else:
            self.process = gateway.start_postern(
                self.settings.binary,
                self.configuration(port),
                self.folder,
                port,
                getattr(self, "wrapper", ()),
            )
        self.address = self.process.address

    def provider_entry(self, url=None):
        return {
            "introspection": {
                "url": url or f"http://127.0.0.1:{self.provider.port}/introspect",
                "client_auth": "client_secret_basic",
                "client_id": "gw",
                "client_secret_file": str(self.secret_file),
            },
            "timeouts": {"connect_ms": CONNECT_MS, "response_ms": RESPONSE_MS},
        }

    def upstream_entry(self, name):
        return {
            "servers": [f"http://127.0.0.1:{self.upstreams[name].port}"],
            "connect_ms": CONNECT_MS,
            "response_ms": UPSTREAM_RESPONSE_MS,
        }

    def endpoint(self, name, path, provider=None, scopes=(), **more):
        entry = {
            "name": name,
            "match": {"path": path},
            "authenticate": {"connector": "none"},
            "upstream": name if name in self.upstreams else "main",
        }
        if provider:
            entry["authenticate"] = {"connector": "oauth2", "select": {"default": provider}}
            entry["enrich"] = [{"header": "X-Subject", "claim": "$.sub"}]
            entry["forward_authorization"] = False
        if scopes:
            entry["authorize"] = {"scopes": {"all": list(scopes)}}
        entry.update(more)
        return entry

    def configuration(self, port):
        return {
            "listeners": [{"address": f"127.0.0.1:{port}"}],
            "limits": {"header_bytes": 8192, "token_bytes": 4096, "connections": 256, "workers": 1},
            "timeouts": TIMEOUTS,
            "providers": {"plant": self.provider_entry()},
            "upstreams": {name: self.upstream_entry(name) for name in self.upstreams},
            "endpoints": [
                self.endpoint("open", "/open/"),
                self.endpoint("open-admin", "/open/admin/", "plant", ["admin"]),
                self.endpoint("secret", "/secret/", "plant"),
                self.endpoint("strip", "/strip/", rewrite={"strip_prefix": "/strip"}),
            ],
            "logging": {"access": "stderr"},
        }

    # What a case does.

    def begin(self):
        for peer in [self.provider, *self.upstreams.values()]:
            peer.begin()

    def upstream_seen(self):
        return [seen for peer in self.upstreams.values() for seen in peer.requests()]

    def provider_calls(self):
        return len(self.provider.requests())

    def memory_fault(self, resident_kib_before):
        """Nothing, or that the gateway's memory grew by more than the few pages a buffer touches at first use."""
        grown = self.process.resident_kib() - resident_kib_before
        if grown <= 1024 or self.settings.sanitized:
            return []
        return [f"resident memory grew by {grown} KiB"]

    def settle(self):
        """Waits until nothing new reaches the upstreams."""
        before = None
        while (now := [len(p.requests()) for p in self.upstreams.values()]) != before:
            before = now
            time.sleep(0.03)

    def converse(self, data, **plan):
        return wire.converse(self.address, wire.Plan(data=data, **plan))

    def ask(self, path, token, limit_s=12.0):
        """What a client with this token gets at /path/: the final answer, or None, and the seconds it took."""
        data = f"GET /{path}/s HTTP/1.1\r\nHost: gw\r\nConnection: close\r\n"
        data += f"Authorization: Bearer {token}\r\n\r\n"
        transcript = self.converse(data.encode(), silence_s=limit_s, limit_s=limit_s)
        try:
            finals = finals_of(answers_in(transcript.received, transcript.ended))
        except Malformed as fault:
            raise AssertionError(f"the client received something malformed: {fault}")
        return (finals[0] if finals else None), transcript.seconds

    def baseline_fault(self):
        """Empty if the gateway still answers an ordinary request, and forwards it once."""
        self.begin()
        try:
            transcript = self.converse(BASELINE, expected=20, silence_s=5.0)
        except OSError as fault:
            return f"afterwards the gateway does not accept: {fault}"
        if not transcript.received.startswith(b"HTTP/1.1 200 "):
            return f"afterwards the baseline gets {transcript.received[:60]!r} ({transcript.ended})"
        seen = self.upstream_seen()
        if len([s for s in seen if s.complete]) != 1 or len(seen) != 1:
            shown = [(s.request.start_line, s.complete, s.malformed) for s in seen]
            return f"afterwards the upstream sees for the baseline: {shown}"
        return ""

    def revive(self):
        """A new gateway after the old one died."""
        if not self.process.alive:
            self.start()

    def close(self):
        return self.process.stop()
