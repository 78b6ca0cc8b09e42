"""JSON Web Signatures of the RFCs, and hostile variants: what the header or the encoding of a token can do.

All of them expired long ago or are no tokens, so the status is 401 throughout. That the reason is the right one shows
in the access log: a hostile token is refused before its claims are looked at, a genuine one for its claims. What the
attacker signed is asked with the attacker's key in the key set, too: then only the header can be the reason. What claims
to be made with a secret is asked where a secret is configured, too.
"""

import base64
import json
import os
import re
import time

from check_requests import challenges
from peer import with_length
from world import World

NAME = "rfc-jose"
FILE = "jws.json"
TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")  # b64token of RFC 6750; anything else is no credential.
ENDPOINTS = ("jose", "hostile", "shared")
HS256 = "rfc7515-A1"
# Genuine, and refused by a rule of ours before the claims: why it is so is said here.
REFUSED = {
    HS256: "HS256 only with a secret that is configured",
    "rfc7515-A4": "the payload is no JSON object",
    "rfc8037-A4": "the payload is no JSON object",
    "rfc9449-token": "a key in the header is never used: this is a DPoP proof, no access token",
    "rfc9449-resource": "a key in the header is never used: this is a DPoP proof, no access token",
}


class JoseWorld(World):
    """Endpoints: jose, with the RFCs' keys; hostile, with the attacker's besides; shared, with the RFC's secret."""

    def start(self):
        self.provider.answer = self.answer
        vectors = json.loads((self.settings.vectors / NAME / FILE).read_text())
        self.keys = vectors["keys"]
        super().start()
        header, _, signature = next(c["jws"] for c in vectors["cases"] if c["id"] == "rfc7515-A2").split(".")
        for name in ENDPOINTS:
            # From here on the key sets are there, and not fetched again.
            self.ask(name, f"{header}.e30.{signature}")
            reason_since(self, name, 0)  # The log is written a little later; its next line is a case's.

    def answer(self, request, connection):
        hostile = request.target == "/hostile"
        keys = [key for name, key in self.keys.items() if hostile or name != "attacker-ec"]
        answer = json.dumps({"keys": keys}).encode()
        connection.send(with_length(200, answer, "Content-Type: application/json"))

    def configuration(self, port):
        configuration = super().configuration(port)
        secret = self.folder / "shared"
        secret.write_bytes(base64.urlsafe_b64decode(self.keys["oct-a1"]["k"] + "=="))
        os.chmod(secret, 0o600)
        for name in ENDPOINTS:
            jwks = {"url": f"http://127.0.0.1:{self.provider.port}/{name}", "cooldown_s": 3600}
            entry = {"issuer": "joe", "jwks": jwks}
            if name == "shared":
                entry.update({"algorithms": ["HS256", "RS256"], "hmac_secret_file": str(secret)})
            configuration["providers"][name] = entry
            authenticate = {"connector": "jwt", "select": {"default": name}}
            configuration["endpoints"].append(self.endpoint(name, f"/{name}/", authenticate=authenticate))
        return configuration


def load(folder):
    """The cases by name, each with the endpoints it is asked at."""
    cases = json.loads((folder / NAME / FILE).read_text())["cases"]
    for case in cases:
        case["name"] = case["id"]
        case["endpoints"] = ["jose"]
        if case.get("key") == "attacker-ec":
            case["endpoints"].append("hostile")
        if case["name"] == HS256 or case["name"].startswith("confusion-"):
            case["endpoints"].append("shared")
    return cases


def run(case, world):
    for name in case["endpoints"]:
        world.begin()
        resident = world.process.resident_kib()
        before = len(reasons(world, name))
        answer, _ = world.ask(name, case["jws"])
        yield from check(case, world, name, answer, before)
        for one in world.provider.requests():
            yield f"at {name}: the provider was asked for {one.request.target}"
        yield from world.memory_fault(resident)


def reasons(world, endpoint):
    """The `why` of every request to this endpoint."""
    lines = [json.loads(line) for line in world.process.tail(1 << 30).splitlines() if line.startswith("{")]
    return [line["why"] for line in lines if line.get("endpoint") == endpoint]


def reason_since(world, endpoint, before):
    limit = time.monotonic() + 2
    while time.monotonic() < limit:
        if len(found := reasons(world, endpoint)) > before:
            return found[-1]
        time.sleep(0.01)
    return None


def check(case, world, name, answer, before):
    if answer is None:
        yield f"at {name}: the client got no answer"
        return
    world.last = answer.status
    statuses = [401] if TOKEN.fullmatch(case["jws"]) else [400, 401]
    if answer.status not in statuses:
        yield f"at {name}: status {statuses} expected, got {answer.status}"
    if answer.status == 401 and not [c for c in challenges(answer) if 'error="invalid_token"' in c]:
        yield f"at {name}: 401 with the challenge {answer.values('www-authenticate')}"
    if world.upstream_seen():
        yield f"at {name}: it reached the upstream"
    if answer.status != 401:
        return
    why = reason_since(world, name, before)
    known = name == "hostile" or case.get("key") != "attacker-ec"
    refused = case["name"] in REFUSED and (name, case["name"]) != ("shared", HS256)
    if case["expect"] == "refuse" and why == "expired":
        yield f"at {name}: its claims were looked at"
    if case["expect"] == "signature_valid" and known and not refused and why != "expired":
        yield f"at {name}: its signature is valid and its claims have expired, but the log says {why!r}"
    if not known and why == "expired":
        yield f"at {name}: verified by a key that is not in the set"
