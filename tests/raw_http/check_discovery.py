"""What a provider may say of itself (RFC 8414, OpenID Connect Discovery), the gateway knowing its issuer only.

`usable`: a token verifies with the key set the document leads to, and introspection and UserInfo are found. `unusable`:
503, nothing is asked for at any address the document names, and a good document served next works.

The vectors' issuer is https and has no path. Here it is http, because this version speaks no TLS to providers, and has
one, so that one server can play many. The one usable document with an https address is a named exception.
"""

import json
import time

import tokens
from check_jwks import LATE_S, GOOD, serve_set
from check_requests import challenges
from peer import with_length
from provider_script import script_for
from slot_world import SLOTS, SlotWorld
from world import CONNECT_MS, RESPONSE_MS

NAME = "provider-answers"
COOLDOWN_S = 1
GOOD_AGAIN_S = 3 * COOLDOWN_S + LATE_S  # By then a good document must have been fetched again.
WELL_KNOWN = ("/{0}/.well-known/openid-configuration", "/.well-known/openid-configuration/{0}",
              "/.well-known/oauth-authorization-server/{0}")
# The document is sound but for the address of its key set: the rest of it may be used.
MAY_INTROSPECT = "discovery/jwks-uri-"
# From our issuer, which is http itself, no downgrade but a sound document: it stays, although nobody is at its address.
NO_DOWNGRADE = "discovery/jwks-uri-http"


class DiscoveryWorld(SlotWorld):
    def start(self):
        claims = {"sub": "alice", "exp": int(time.time()) + 3600}
        self.tokens = tokens.sign_all(
            [tokens.unsigned("RS256", {**claims, "iss": self.base(slot)}, {"kid": "good"}) for slot in range(SLOTS)]
        )
        super().start()

    def slot_provider(self, slot):
        introspection = {"client_id": "gw", "client_secret_file": str(self.secret_file)}
        return {
            "issuer": self.base(slot),
            "jwks": {"cooldown_s": COOLDOWN_S},
            "introspection": introspection,
            "userinfo": {"verify_locally": False},
        }

    def slot_endpoints(self, slot):
        return [self.slot_endpoint(slot, connector) for connector in ("jwt", "oauth2", "oidc")]


def load(folder):
    cases = json.loads((folder / NAME / "cases.json").read_text())["cases"]
    return [case for case in cases if case["endpoint"] == "discovery"]


def cost(case):
    return 0 if case["expect"] == "usable" else 2


def run(case, world):
    world.begin()
    (slot,) = world.take_slots()
    resident = world.process.resident_kib()
    serve_provider(world, slot)
    serve_document(case, world, slot)
    usable = case["expect"] == "usable"
    expected = [200] if usable else [503]
    yield from ask(world, "jwt", slot, expected)
    others = [200, 503] if case["name"].startswith(MAY_INTROSPECT) and not usable else expected
    yield from ask(world, "oauth2", slot, others)
    yield from ask(world, "oidc", slot, others)
    if not usable and world.fetches(slot, "/jwks"):
        yield "the key set was fetched"
    if others == [503] and (world.fetches(slot, "/introspect") or world.fetches(slot, "/userinfo")):
        yield "an address of the document was asked"
    yield from world.memory_fault(resident)
    if not usable and case["name"] != NO_DOWNGRADE:
        yield from check_next(world, slot)
    yield from world.documents.faults
    world.documents.faults.clear()


def serve_provider(world, slot):
    serve_set(world, slot, GOOD)
    for path in ("/introspect", "/userinfo"):
        answer = with_length(200, b'{"active":true,"sub":"alice"}', "Content-Type: application/json")
        world.serve(slot, path, lambda request, connection: connection.send(answer))


def serve_document(case, world, slot):
    script = script_for(case, world.place(slot, world.base(slot), "/.well-known/openid-configuration"))
    for path in WELL_KNOWN:
        world.documents.scripts[path.format(slot)] = lambda request, connection: script(request, connection, "")


def ask(world, connector, slot, statuses):
    token = world.tokens[slot] if connector == "jwt" else f"opaque.{slot}"
    answer, seconds = world.ask(f"{connector}-{slot}", token)
    status = answer and answer.status
    world.last = status
    if status not in statuses:
        yield f"{connector}: status {statuses} expected, got {status}"
    if seconds > 2 * (CONNECT_MS + RESPONSE_MS) / 1000 + LATE_S:
        yield f"{connector}: the answer took {seconds:.1f} s"
    if status == 503 and not answer.values("retry-after"):
        yield f"{connector}: 503 without Retry-After"
    if status == 401 and not challenges(answer):
        yield f"{connector}: 401 without a challenge"


def check_next(world, slot):
    """A good document served next is taken, and the token refused before is accepted."""
    base = world.base(slot)
    document = {"issuer": base, "jwks_uri": base + "/jwks", "introspection_endpoint": base + "/introspect",
                "userinfo_endpoint": base + "/userinfo"}
    good = {"status": 200, "headers": [["Content-Type", "application/json"]], "body": json.dumps(document)}
    serve_document(good, world, slot)
    limit = time.monotonic() + GOOD_AGAIN_S
    while True:
        answer, _ = world.ask(f"jwt-{slot}", world.tokens[slot])
        if answer is not None and answer.status == 200:
            return
        if time.monotonic() > limit:
            yield f"a good document is served again, but the client gets {answer and answer.status}"
            return
        time.sleep(0.2)
