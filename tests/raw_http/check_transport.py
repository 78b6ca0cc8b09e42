"""How a provider's answer may be framed, and cut, and delayed: the introspection cases of the vectors that are about
that, served as key set and as UserInfo, which are read by the same rules.
"""

import json

import tokens
from check_jwks import GOOD, claims, serve_set
from peer import with_length
from provider_script import ISSUER, script_for
from slot_world import LATE_S, SlotWorld

NAME = "provider-answers"
COOLDOWN_S = 1
FRAMED_WELL = ("good-chunked", "good-close-delimited", "good-http10", "good-after-100")
BADLY = ("raw-", "big-100mb", "behave-silent", "behave-slow-", "behave-reset", "behave-late")
WHO = {"sub": "alice"}


class TransportWorld(SlotWorld):
    def slot_provider(self, slot):
        return {
            "issuer": ISSUER,
            "jwks": {"url": self.base(slot) + "/jwks", "cooldown_s": COOLDOWN_S},
            "userinfo": {"url": self.base(slot) + "/userinfo", "verify_locally": False},
        }

    def slot_endpoints(self, slot):
        return [self.slot_endpoint(slot, connector) for connector in ("jwt", "oidc")]


def load(folder):
    cases = json.loads((folder / NAME / "cases.json").read_text())["cases"]
    cases = [{**case, "name": case["name"].removeprefix("introspection/")} for case in cases
             if case["endpoint"] == "introspection"]
    cases = [case for case in cases if case["name"].startswith((*FRAMED_WELL, *BADLY))]
    unsigned = [tokens.unsigned("RS256", claims(case["name"]), {"kid": "good"}) for case in cases]
    return [{**case, "token": token} for case, token in zip(cases, tokens.sign_all(unsigned))]


def cost(case):
    return 5 if "behaviour" in case else 1


def run(case, world):
    world.begin()
    (slot,) = world.take_slots()
    resident = world.process.resident_kib()
    asked = (("jwt", "/jwks", GOOD, case["token"]), ("oidc", "/userinfo", WHO, f"opaque.{slot}"))
    statuses = {"active": [200], "fault": [503]}.get(case["expect"], [200, 401, 503])
    for connector, path, document, token in asked:
        serve(case, world, slot, path, document)
        yield from world.expect(connector, slot, token, statuses, connector)
    yield from world.memory_fault(resident)
    serve_set(world, slot, GOOD)
    answer = with_length(200, json.dumps(WHO).encode(), "Content-Type: application/json")
    world.serve(slot, "/userinfo", lambda request, connection: connection.send(answer))
    if case["expect"] == "fault":
        yield from world.expect("oidc", slot, f"opaque.{slot}", [200], "oidc, a good answer at once")
        yield from world.expect_soon("jwt", slot, case["token"], COOLDOWN_S + LATE_S)
    yield from world.take_faults()


def serve(case, world, slot, path, document):
    """The case's framing around this document; a body that is the point of the case stays."""
    if case["name"] in FRAMED_WELL:
        case = {**case, "body": json.dumps(document)}
    script = script_for(case, world.place(slot, ISSUER, path))
    world.serve(slot, path, lambda request, connection: script(request, connection, ""))
