"""What a provider may answer to UserInfo, and what the client is told of it.

Every case asks with an opaque token of its own, except where the ID token counts. After a fault, ours or the
provider's, the same token is asked again with a good answer, which must work at once.
"""

import json
import time

import tokens
from check_requests import challenges
from peer import with_length
from provider_checks import check_answer
from provider_script import ISSUER, Place, script_for
from world import World

NAME = "provider-answers"
PATHS = {
    None: "plain",
    "message from JSON body member errorMessage": "message",
    "verify_locally with sub alice": "local",
}
ID_TOKENS = "verify_locally with sub alice"
ANSWER_BYTES = 4096  # A provider's message is bounded; so is what the client gets.
WHOLE_HEADER = "userinfo/error-header-long"


class UserInfoWorld(World):
    """The provider answers UserInfo by token. Endpoints: plain, message (errorMessage of the body), header, local."""

    def __init__(self, settings, lane):
        self.scripts = {}  # token → function(request, connection)
        self.faults = []
        self.number = 0
        super().__init__(settings, lane)

    def start(self):
        self.provider.answer = self.answer
        super().start()

    def answer(self, request, connection):
        if request.target == "/jwks":
            keys = {"keys": [tokens.public(tokens.RSA, kid="good")]}
            connection.send(with_length(200, json.dumps(keys).encode(), "Content-Type: application/json"))
            return
        values = request.values("authorization")
        if request.target != "/userinfo" or request.method != "GET" or len(values) != 1:
            self.faults.append(f"the provider was asked {request.start_line} with Authorization {values}")
        token = values[0].removeprefix("Bearer ") if values else ""
        script = self.scripts.get(token)
        if script is None:
            connection.send(with_length(401, b"", 'WWW-Authenticate: Bearer error="invalid_token"'))
            return
        script(request, connection, token)

    def place(self):
        base = f"http://127.0.0.1:{self.provider.port}"
        return Place(ISSUER, base, base + "/userinfo")

    def configuration(self, port):
        configuration = super().configuration(port)
        base = f"http://127.0.0.1:{self.provider.port}"
        timeouts = configuration["providers"]["plant"]["timeouts"]
        body = {"from": "body", "claim": "$.errorMessage"}
        header = {"from": "header", "header": "WWW-Authenticate"}
        kinds = {
            "plain": {"verify_locally": False},
            "message": {"verify_locally": False, "error_message": body},
            "header": {"verify_locally": False, "error_message": header},
            "local": {},
        }
        for name, more in kinds.items():
            entry = {"issuer": ISSUER, "userinfo": {"url": base + "/userinfo", **more}, "timeouts": timeouts}
            if name == "local":
                entry["jwks"] = {"url": base + "/jwks"}
            configuration["providers"][name] = entry
            authenticate = {"connector": "oidc", "select": {"default": name}}
            enrich = [{"header": "X-Subject", "claim": "$.sub"}]
            configuration["endpoints"].append(
                self.endpoint(name, f"/{name}/", authenticate=authenticate, enrich=enrich)
            )
        return configuration


def load(folder):
    cases = json.loads((folder / NAME / "cases.json").read_text())["cases"]
    cases = [case for case in cases if case["endpoint"] == "userinfo"]
    claims = {"iss": ISSUER, "sub": "alice", "exp": int(time.time()) + 3600}
    for number, case in enumerate(c for c in cases if c.get("needs") == ID_TOKENS):
        (case["token"],) = tokens.sign_all([tokens.unsigned("RS256", {**claims, "jti": str(number)}, {"kid": "good"})])
    return cases


def run(case, world):
    world.number += 1
    token = case.get("token") or f"case-{world.lane}-{world.number}"
    path = "header" if case["name"] == WHOLE_HEADER else PATHS[case.get("needs")]
    world.begin()
    resident = world.process.resident_kib()
    world.scripts[token] = script_for(case, world.place())
    answer, seconds = world.ask(path, token)
    yield from check(case, world, answer, seconds)
    yield from world.memory_fault(resident)
    calls = len([s for s in world.provider.requests() if s.request.target == "/userinfo"])
    if calls != 1:
        yield f"UserInfo was asked {calls} times"
    if answer is not None and (answer.status >= 500 or answer.status == 429):
        yield from check_next(world, path, token)
    yield from world.faults
    world.faults.clear()


def check(case, world, answer, seconds):
    yield from check_answer(case, world, answer, seconds)
    if answer is None:
        return
    if answer.status == 401 and not challenges(answer):
        yield "401 without a Bearer challenge"
    if answer.status >= 400:
        yield from check_problem(case, answer)
    seen = world.upstream_seen()
    if len(seen) != (answer.status == 200):
        yield f"answered {answer.status}, the upstream saw {[s.request.start_line for s in seen]}"
    if answer.status == 200 and case["name"] == "userinfo/good":
        if seen[0].request.values("x-subject") != ["alice"] or seen[0].request.values("authorization"):
            yield f"X-Subject alice and no Authorization expected upstream, got {seen[0].request.lines()}"


def check_problem(case, answer):
    """The provider's message is text in a JSON string of ours, and bounded."""
    if answer.values("content-type") != ["application/problem+json"]:
        yield f"a problem body expected, got {answer.values('content-type')}"
        return
    problem = json.loads(answer.body)
    if problem["status"] != answer.status:
        yield f"answered {answer.status}, the body says {problem['status']}"
    written = "\r\n".join([answer.start_line] + [f"{n}: {v}" for n, v in answer.fields])
    for text in case.get("answer_not_contains", ()):
        if text in written or text.encode() in answer.body:
            yield f"{text!r} is in the answer"
    if len(written) + len(answer.body) > ANSWER_BYTES:
        yield f"the answer has {len(written) + len(answer.body)} bytes"
    if case["name"] == "userinfo/error-message-utf8" and "ä😀" not in problem["detail"]:
        yield f"the provider's message expected, got {problem['detail']!r}"


def check_next(world, path, token):
    """A fault is forgotten."""
    world.scripts[token] = lambda request, connection, _: connection.send(
        with_length(200, b'{"sub":"alice"}', "Content-Type: application/json")
    )
    answer, _ = world.ask(path, token)
    if answer is None or answer.status != 200:
        yield f"the provider answers again, but the client gets {answer and answer.status}"
