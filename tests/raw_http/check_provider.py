"""What an identity provider may answer to introspection, and how it may misbehave.

Every case asks with a token of its own. After a fault the same token is asked again with a good answer, which
must work at once: a fault is never remembered as a verdict.
"""

import json

from provider_behaviours import SPECIAL
from provider_checks import check, check_next
from provider_script import script_for

NAME = "provider-answers"
PATHS = {
    None: "plain",
    "authorize.audience": "audience",
    "authorize.scopes": "scopes",
    "provider.issuer": "issuer",
    "enrich X-Subject from $.sub": "enrich",
}


def load(folder):
    cases = json.loads((folder / NAME / "cases.json").read_text())["cases"]
    return [case for case in cases if case["endpoint"] == "introspection"]


def cost(case):
    return 5 if "behaviour" in case else 0


def run(case, world):
    world.number += 1
    token = f"case.{world.lane}.{world.number}"
    path = PATHS[case.get("needs")]
    behaviour = case.get("behaviour", {})
    world.begin()
    resident = world.process.resident_kib()
    world.introspection.scripts[token] = script_for(case, world.place())
    special = next((b for kind, b in SPECIAL.items() if kind in behaviour), None)
    if special:
        yield from special(case, world, token)
        return
    answer, seconds = world.ask(path, token)
    yield from check(case, world, answer, seconds)
    yield from world.memory_fault(resident)
    calls = world.provider_calls()
    # A connection that ends without a byte may have died of old age: asked once more, elsewhere.
    may_ask_again = behaviour or case.get("raw_b64") == ""
    if calls > (2 if may_ask_again else 1):
        yield f"the provider was asked {calls} times"
    yield from check_next(case, world, path, token, answer)
    yield from world.introspection.faults
    world.introspection.faults.clear()
