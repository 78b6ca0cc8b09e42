"""What a provider may say of itself (RFC 8414, OpenID Connect Discovery), the gateway knowing its issuer only.

`usable`: a token verifies with the key set the document leads to, and introspection and UserInfo are found. `unusable`:
503, nothing is asked for at any address the document names, and a good document served next works.

The vectors' issuer is https and has no path. Here it is http, because this version speaks no TLS to providers, and has
one, so that one server can play many. The one usable document with an https address is a named exception.
"""

import json
import time

import tokens
from check_jwks import GOOD, serve_set
from peer import with_length
from provider_script import script_for
from slot_world import LATE_S, SLOTS, SlotWorld

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
    yield from world.expect("jwt", slot, world.tokens[slot], expected, "jwt")
    others = [200, 503] if case["name"].startswith(MAY_INTROSPECT) and not usable else expected
    for connector in ("oauth2", "oidc"):
        yield from world.expect(connector, slot, f"opaque.{slot}", others, connector)
    if not usable and world.fetches(slot, "/jwks"):
        yield "the key set was fetched"
    if others == [503] and (world.fetches(slot, "/introspect") or world.fetches(slot, "/userinfo")):
        yield "an address of the document was asked"
    yield from world.memory_fault(resident)
    if not usable and case["name"] != NO_DOWNGRADE:
        yield from check_next(world, slot)
    yield from world.take_faults()


def serve_provider(world, slot):
    serve_set(world, slot, GOOD)
    for path in ("/introspect", "/userinfo"):
        answer = with_length(200, b'{"active":true,"sub":"alice"}', "Content-Type: application/json")
        world.serve(slot, path, lambda request, connection: connection.send(answer))


def serve_document(case, world, slot):
    script = script_for(case, world.place(slot, world.base(slot), "/.well-known/openid-configuration"))
    for path in WELL_KNOWN:
        world.documents.scripts[path.format(slot)] = lambda request, connection: script(request, connection, "")


def check_next(world, slot):
    """A good document served next is taken, and the token refused before is accepted."""
    base = world.base(slot)
    document = {"issuer": base, "jwks_uri": base + "/jwks", "introspection_endpoint": base + "/introspect",
                "userinfo_endpoint": base + "/userinfo"}
    good = {"status": 200, "headers": [["Content-Type", "application/json"]], "body": json.dumps(document)}
    serve_document(good, world, slot)
    yield from world.expect_soon("jwt", slot, world.tokens[slot], GOOD_AGAIN_S)
