"""Payloads of JSON Web Tokens and the decision each deserves, signed RS256 and ES256: the algorithm must not matter."""

import base64
import json

import tokens
from check_requests import challenges
from peer import with_length
from provider_checks import check_upstream
from provider_script import ISSUER, Place, fill_in
from world import World

NAME = "jwt-claims"
ALGORITHMS = ("RS256", "ES256")
KEYS = {"keys": [tokens.public(tokens.RSA, kid="RS256"), tokens.public(tokens.EC, kid="ES256")]}
PATHS = {
    None: "claims",
    "max_token_age_s 600": "aged",
    "enrich X-Subject from $.sub": "claims",
    "provider demands RFC 9068": "typed",
    "bound tokens implemented": "claims",
}
SUBJECTS = {  # The exact bytes of X-Subject, where the case's text says them.
    "good": "alice".encode(),
    "sub-utf8": "Rosenlöf".encode(),
}
HEADER_BYTES = 8192  # Of the gateway's configuration; a longer token never gets that far.


class ClaimsWorld(World):
    def start(self):
        answer = with_length(200, json.dumps(KEYS).encode(), "Content-Type: application/json")
        self.provider.answer = lambda request, connection: connection.send(answer)
        super().start()

    def configuration(self, port):
        configuration = super().configuration(port)
        jwks = {"url": f"http://127.0.0.1:{self.provider.port}/jwks"}
        configuration["providers"]["signing"] = {"issuer": ISSUER, "jwks": jwks}
        configuration["providers"]["typing"] = {"issuer": ISSUER, "jwks": jwks, "typ": "at+jwt"}
        for name, provider, more in (
            ("claims", "signing", {}),
            ("aged", "signing", {"max_token_age_s": 600}),
            ("typed", "typing", {}),
        ):
            rules = {"audience": ["urn:historian"], "scopes": {"all": ["read"]}, **more}
            authenticate = {"connector": "jwt", "select": {"default": provider}}
            enrich = [{"header": "X-Subject", "claim": "$.sub"}]
            configuration["endpoints"].append(
                self.endpoint(name, f"/{name}/", authenticate=authenticate, authorize=rules, enrich=enrich)
            )
        return configuration


def load(folder):
    """The cases, each with its `tokens`, by algorithm."""
    cases = json.loads((folder / NAME / "cases.json").read_text())["cases"]
    place = Place(ISSUER, "", "")
    wanted = []
    for case in cases:
        text = base64.b64decode(case["claims_b64"]) if "claims_b64" in case else case["claims"].encode()
        members = {name: value for name, value in case.get("header", {}).items() if value is not None}
        for algorithm in ALGORITHMS:
            header = {"kid": algorithm, **members}
            wanted.append((case, tokens.unsigned(algorithm, fill_in(text, place), header)))
    for (case, request), token in zip(wanted, tokens.sign_all([request for _, request in wanted])):
        case.setdefault("tokens", {})[request["alg"]] = token
    return cases


def run(case, world):
    statuses = {}
    for algorithm, token in case["tokens"].items():
        world.begin()
        resident = world.process.resident_kib()
        answer, _ = world.ask(PATHS[case.get("needs")], token)
        statuses[algorithm] = answer and answer.status
        for deviation in check(case, world, answer, token):
            yield f"{algorithm}: {deviation}"
        yield from world.memory_fault(resident)
    if len(set(statuses.values())) != 1:
        yield f"the algorithm makes a difference: {statuses}"


def check(case, world, answer, token):
    if answer is None:
        yield "the client got no answer"
        return
    world.last = answer.status
    too_long = len(token) > HEADER_BYTES and answer.status == 431
    if answer.status not in case["statuses"] and not too_long:
        yield f"status {case['statuses']} expected, got {answer.status}"
    wanted = {401: "invalid_token", 403: "insufficient_scope"}.get(answer.status)
    if wanted and case["name"].startswith("sub-") and answer.status == 403:
        wanted = None  # A claim that cannot be a header's value is no question of scope.
    if wanted and not [c for c in challenges(answer) if f'error="{wanted}"' in c]:
        yield f"{answer.status} with the challenge {answer.values('www-authenticate')}"
    yield from check_upstream(case, world, answer, SUBJECTS)
