"""What a provider may serve as its key set, and which tokens must then be accepted.

Every case is asked with tokens signed by each of our keys for each `kid` of the document: accepted are those that
`usable` names, and no other. Where the answer is no key set at all, it is served twice: to a provider that has no
keys yet (503, and the good set that comes next works), and as the refresh of a good set (which must stay).
"""

import json
import time

import tokens
from peer import with_length
from provider_script import ISSUER, script_for
from slot_world import SlotWorld

NAME = "provider-answers"
COOLDOWN_S = 1
ALGORITHMS = ("RS256", "RS384", "PS256", "ES256", "EdDSA")
KID_BYTES = 200  # A longer one would not fit the request.
# Cases whose `usable`, or rest of it, may be decided either way; the vectors' notes say so.
# Decided either way, as the vectors' notes say; these tokens are asked with, and nothing must break.
OPEN = {
    "jwks/private-member": [("leak", "ES256"), ("good", "RS256")],
    "jwks/duplicate-kid-same-type": [("good", "RS256")],
    "jwks/x5c-garbage": [("good", "RS256")],
    "jwks/many-200": [("k0", "ES256"), ("k199", "ES256")],
}
OLD = {"keys": [tokens.public(tokens.EC, kid="old")]}
GOOD = {"keys": [tokens.public(tokens.RSA, kid="good", use="sig", alg="RS256")]}


class JwksWorld(SlotWorld):
    def slot_provider(self, slot):
        jwks = {"url": self.base(slot) + "/jwks", "cooldown_s": COOLDOWN_S}
        return {"issuer": ISSUER, "jwks": jwks}

    def slot_endpoints(self, slot):
        return [self.slot_endpoint(slot, "jwt")]


def claims(number):
    return {"iss": ISSUER, "sub": "alice", "exp": int(time.time()) + 3600, "jti": str(number)}


def load(folder):
    """The cases, each with its `probes`: (kid, algorithm, token, statuses)."""
    cases = json.loads((folder / NAME / "cases.json").read_text())["cases"]
    cases = [case for case in cases if case["endpoint"] == "jwks"]
    wanted = []
    for case in cases:
        for kid, algorithm, key, statuses in probes_of(case):
            header = {"kid": kid} if kid else {}
            wanted.append((case, kid, statuses, tokens.unsigned(algorithm, claims(len(wanted)), header, key)))
    for case in cases:
        case["probes"] = []
    for (case, kid, statuses, request), token in zip(wanted, tokens.sign_all([w[3] for w in wanted])):
        case["probes"].append((kid, request["alg"], token, statuses))
    return cases


def probes_of(case):
    """(kid, algorithm, key, allowed statuses) of every token this case is asked with."""
    if case["expect"] == "no_keys":
        yield "good", "RS256", None, [401, 503]
        yield "good", "RS256", None, [401, 503]
        yield "old", "ES256", None, [200]
        yield "old", "ES256", None, [200]
        return
    if case["name"] in OPEN:
        for kid, algorithm in OPEN[case["name"]]:
            yield kid, algorithm, None, [200, 401, 503]
        return
    for kid, algorithms in case["usable"].items():
        for algorithm in algorithms:
            yield kid, algorithm, None, [200, 503] if case["expect"] == "either" else [200]
    for entry in json.loads(case["body"].lstrip("\ufeff"), object_pairs_hook=list)[0][1]:
        yield from refused_of(case, entry)


def refused_of(case, members):
    """What a key must not verify: anything; or, if it is usable and says for what, anything else."""
    entry, usable = dict(members), case["usable"]
    refused = [401] if usable and case["expect"] != "either" else [401, 503]
    for kid in [str(value) for name, value in members if name == "kid"]:
        if len(kid) > KID_BYTES or (kid in usable and "alg" not in entry):
            continue
        for algorithm in ALGORITHMS:
            if algorithm not in usable.get(kid, ()):
                yield kid, algorithm, None, refused
        if entry.get("kty") == "oct":
            yield kid, "HS256", entry, refused


def cost(case):
    return 1.2 if case["expect"] == "no_keys" else len(case["probes"]) / 1000


def run(case, world):
    world.begin()
    without_keys = case["expect"] == "no_keys"
    slots = world.take_slots(2 if without_keys else 1)
    resident = world.process.resident_kib()
    yield from (run_without_keys if without_keys else run_with_keys)(case, world, *slots)
    yield from world.memory_fault(resident)
    yield from world.take_faults()


def run_with_keys(case, world, slot):
    serve(case, world, slot)
    for kid, algorithm, token, statuses in case["probes"]:
        yield from world.expect("jwt", slot, token, statuses, f"{algorithm} by {kid!r}")
    if world.fetches(slot, "/jwks") > 1:
        yield f"the key set was fetched {world.fetches(slot, '/jwks')} times"


def run_without_keys(case, world, with_keys, without):
    stranger, other, old, old_too = [token for _, _, token, _ in case["probes"]]
    serve_set(world, with_keys, OLD)
    yield from world.expect("jwt", with_keys, old, [200], "the old key, at first")
    serve(case, world, without)
    yield from world.expect("jwt", without, stranger, [503], "no key set yet")
    yield from world.expect("jwt", without, other, [503], "no key set yet, the attempt just made")
    if world.fetches(without, "/jwks") > 1:
        yield f"fetched {world.fetches(without, '/jwks')} times within the cooldown"
    time.sleep(COOLDOWN_S + 0.1)
    serve_set(world, without, GOOD)
    yield from world.expect("jwt", without, stranger, [200], "the good key set that came next")
    serve(case, world, with_keys)
    yield from world.expect("jwt", with_keys, stranger, [401], "an unknown key, refetched")
    yield from world.expect("jwt", with_keys, old_too, [200], "the old key, afterwards")
    if world.fetches(with_keys, "/jwks") != 2:
        yield f"the old set and one refetch expected, got {world.fetches(with_keys, '/jwks')} fetches"


def serve(case, world, slot):
    script = script_for(case, world.place(slot, ISSUER, "/jwks"))
    world.serve(slot, "/jwks", lambda request, connection: script(request, connection, ""))


def serve_set(world, slot, keys):
    answer = with_length(200, json.dumps(keys).encode(), "Content-Type: application/json")
    world.serve(slot, "/jwks", lambda request, connection: connection.send(answer))
