"""The three programs of an end-to-end run: a real authorization server, the gateway, and an upstream.

In: a configuration. Out: running programs and what they say. Never: a fixed sleep where a condition can be waited for.
"""

import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import urllib.parse

from client import request, until
from targets import TARGET

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build/end_to_end"
FIRST_PORT = int(os.environ.get("POSTERN_TEST_PORTS", "18000"))
LAST_PORT = FIRST_PORT + 99
_next_port = FIRST_PORT


def free_port():
    """Ports are given out in turn, so that a port just left is not taken again at once."""
    global _next_port
    for _ in range(LAST_PORT - FIRST_PORT + 1):
        port = _next_port
        _next_port = port + 1 if port < LAST_PORT else FIRST_PORT
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise RuntimeError("no free port")


class Program:
    """A program that listens on `port`; its output goes to a file."""

    start_s = 15
    stdin = subprocess.DEVNULL

    def __init__(self, name, command, port, environment=None):
        self.name, self.command, self.port = name, [str(word) for word in command], port
        self.environment = {**os.environ, **(environment or {})}
        self.log = BUILD / f"{name}-{port}.log"
        self.log.write_bytes(b"")
        self.process = None

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log, stdin=self.stdin,
                                            env=self.environment, cwd=BUILD)
        if not until(self.listens, self.start_s):
            self.stop(signal.SIGKILL)
            raise RuntimeError(f"{self.name} does not listen on {self.port}:\n{self.output()}")
        return self

    def listens(self):
        if self.process.poll() is not None:
            raise RuntimeError(f"{self.name} ended with {self.process.returncode}:\n{self.output()}")
        return self.is_up()

    def is_up(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def output(self):
        return self.log.read_text(errors="replace")

    def stop(self, how=signal.SIGTERM):
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        return self.process.returncode if self.process else None


class Provider(Program):
    def __init__(self):
        port = free_port()
        store = BUILD / f"provider-{port}.json"
        store.unlink(missing_ok=True)
        super().__init__("provider", ["node", "provider.mjs", "--port", port, "--store", store], port)

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def _post(self, path, form, *headers):
        answer = request(self.port, path, ("Content-Type", "application/x-www-form-urlencoded"), *headers, method="POST",
                         body=urllib.parse.urlencode(form).encode())
        if answer.status >= 300:
            raise RuntimeError(f"provider: {answer}")
        return answer

    def token(self, client="operator", scope="read write", resource=None, headers=()):
        """A fresh opaque token by client credentials."""
        form = {"grant_type": "client_credentials", "client_id": client, "client_secret": "secret", "scope": scope}
        if resource:
            form["resource"] = resource
        return self._post("/token", form, *headers).json()["access_token"]

    def register(self, client_id, **metadata):
        """One more client, that may introspect. `public_keys`: PEM texts."""
        machine = {"grant_types": ["client_credentials"], "redirect_uris": [], "response_types": [], "scope": "read write"}
        answer = request(self.port, "/test/client", method="POST", body=json.dumps({**machine, "client_id": client_id, **metadata}).encode())
        if answer.status != 200:
            raise RuntimeError(f"provider: {answer}")

    def revoke(self, token):
        self._post("/token/revocation", {"client_id": "operator", "client_secret": "secret", "token": token})

    def jwt(self, client="operator", scope="read write", resource="urn:jwt:historian"):
        """A fresh JWT access token by client credentials, signed RS256."""
        return self.token(client, scope, resource)

    def sign_in(self, account="alice", scope="openid email"):
        """What a web client holds after `account` signed in: {"access_token", "id_token", ...}."""
        code = self._post(f"/test/code?{urllib.parse.urlencode({'account': account, 'scope': scope})}", {}).json()["code"]
        return self._post("/token", {"grant_type": "authorization_code", "client_id": "web", "client_secret": "secret",
                                     "code": code, "redirect_uri": "http://127.0.0.1/callback"}).json()

    def rotate(self):
        """New signing keys from now on; the key set keeps those before. Returns the kids, newest first."""
        return self._post("/test/rotate", {}).json()["kids"]

    def calls(self, at="introspection"):
        """How often introspection, jwks, userinfo or discovery was asked so far."""
        return request(self.port, "/test/calls").json()[at]

    def delay(self, ms, at="introspection"):
        self._post(f"/test/delay?{urllib.parse.urlencode({'ms': ms, 'at': at})}", {})

    def answer(self, at="introspection", **how):
        """Replaces what it says there (status=, body=); without these it is itself again."""
        self._post("/test/answer?" + urllib.parse.urlencode({"at": at, **how}), {})


class Upstream(Program):
    """`certificate`: over TLS, with it."""

    def __init__(self, certificate=None):
        port = free_port()
        secured = ["--certificate", certificate.chain_file, "--key", certificate.key_file] if certificate else []
        super().__init__("upstream", ["node", "upstream.mjs", "--port", port, *secured], port)

    def count(self):
        return request(self.port, "/test/count").json()["requests"]


class Gateway(Program):
    """Postern with a configuration, on the target. `environment` is added to its own, `listener` says more of the listener.

    Until the start the configuration is a file that a test may change; it speaks of addresses as this machine sees them.
    """

    start_s, stdin = TARGET.start_s, TARGET.stdin

    def __init__(self, configuration, environment=None, listener=None):
        port = free_port()
        configuration = {"listeners": [{"address": f"127.0.0.1:{port}", **(listener or {})}], **configuration}
        self.file = BUILD / f"postern-{port}.json"
        self.file.write_text(json.dumps(configuration, indent=1))
        super().__init__("postern", [], port, environment)

    def start(self):
        self.command = [str(word) for word in TARGET.words(self)]
        return super().start()

    def is_up(self):
        return TARGET.is_up(self)

    def get(self, target, *headers, **options):
        return request(self.port, target, *headers, **options)

    def _lines(self):
        """The whole lines of JSON so far. At a console the first one stands behind the shell's prompt."""
        whole = self.output().rpartition("\n")[0].splitlines()
        return [entry for entry in map(self._parsed, (line.removeprefix("# ") for line in whole)) if entry]

    def _parsed(self, line):
        """Nothing: it is no JSON, or somebody's typing stands in the middle of it."""
        try:
            return json.loads(line) if line.startswith("{") else None
        except ValueError:
            if TARGET.shares_console:
                return None
            raise

    def access_log(self):
        """The access log's lines so far, parsed."""
        return [entry for entry in self._lines() if "path" in entry]

    def events(self, kind, at_least=0):
        """The log's lines of that kind so far, parsed; waits a moment for so many."""
        until(lambda: len(self._events(kind)) >= at_least, 3 * TARGET.patience)
        return self._events(kind)

    def _events(self, kind):
        return [entry for entry in self._lines() if entry.get("event") == kind]

    def signal(self, number):
        self.process.send_signal(number)

    def counters(self):
        """All of them as they are now."""
        before = len(self.counted())
        TARGET.ask_for_counters(self)
        if not until(lambda: len(self.counted()) > before, 5 * TARGET.patience):
            raise RuntimeError(f"no counters were told:\n{self.output()[-2000:]}")
        return self.counted()[-1]

    def counted(self):
        """The counters as they were told so far."""
        return [entry for entry in self._lines() if "connections_accepted" in entry]

    def resident_kib(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", status).group(1))


def secret_file():
    path = BUILD / "client-secret"
    path.write_text("secret")
    path.chmod(0o600)
    return str(path)


def introspecting(provider, **more):
    """A provider entry that introspects at `provider`."""
    entry = {
        "issuer": provider.url(""),
        "introspection": {"url": provider.url("/token/introspection"), "client_auth": "client_secret_basic",
                          "client_id": "postern", "client_secret_file": secret_file()},
        "timeouts": {"connect_ms": 500, "response_ms": 1000},
        "cache": {"max_ttl_s": 300, "negative_ttl_s": 10, "safety_margin_s": 1},
    }
    for key, value in more.items():
        entry[key] = {**entry.get(key, {}), **value} if isinstance(value, dict) else value
    return entry


def verifying(provider, **more):
    """A provider entry that verifies JWTs with the keys of `provider` and asks its UserInfo; nothing of it is introspected."""
    entry = {
        "issuer": provider.url(""),
        "jwks": {"url": provider.url("/jwks"), "cooldown_s": 1},
        "userinfo": {"url": provider.url("/me")},
        "timeouts": {"connect_ms": 500, "response_ms": 1000},
    }
    for key, value in more.items():
        entry[key] = {**entry.get(key, {}), **value} if isinstance(value, dict) else value
    return entry


def using(connector, provider="plant", **more):
    """An `authenticate` member."""
    return {"connector": connector, "select": {"default": provider}, **more}


def endpoint(path, scopes=("read",), **more):
    """An endpoint that asks for a token with all of `scopes` (any token if none); `public=True` for one without."""
    if more.pop("public", False):
        return {"name": path.strip("/"), "match": {"path": path}, "authenticate": {"connector": "none"},
                "upstream": "historian", **more}
    return {
        "name": path.strip("/"), "match": {"path": path},
        "authenticate": {"connector": "oauth2", "select": {"default": "plant"}},
        **({"authorize": {"scopes": {"all": list(scopes)}}} if scopes else {}),
        "enrich": [{"header": "X-Client", "claim": "$.client_id"}, {"header": "X-Groups", "claim": "$.groups"},
                   {"header": "X-Site", "claim": "$.plant.site"}, {"header": "X-Line", "claim": "$.plant.line"},
                   {"header": "X-None", "claim": "$.nothing.here"}],
        "forward_authorization": False, "upstream": "historian", **more,
    }


WHO = [{"header": "X-Subject", "claim": "$.sub"}, {"header": "X-Email", "claim": "$.email"},
          {"header": "X-Audience", "claim": "$.aud"}, {"header": "X-None", "claim": "$.nothing"}]


def signed_in(path, provider_name="plant", **more):
    """An endpoint of the connector `oidc` with the defaults of the file."""
    entry = endpoint(path, [], authenticate=using("oidc", provider_name), enrich=WHO, **more)
    if "forward_authorization" not in more:
        del entry["forward_authorization"]
    return entry


def configuration(provider, upstream, endpoints, **more):
    return {
        "limits": {"workers": 1, **more.pop("limits", {})},
        "providers": {"plant": introspecting(provider, **more.pop("plant", {})), **more.pop("providers", {})},
        "upstreams": {"historian": {"servers": [f"http://127.0.0.1:{upstream.port}"]}},
        "endpoints": endpoints, "logging": {"access": "stderr", "level": "info"}, **more,
    }
