"""Where a token may come from. GOOD is a valid token here, letter for letter; the provider knows no other."""

import base64
import json

from check_requests import challenges
from messages import Malformed, answers_in, finals_of

NAME = "bearer"
ASKED = ("long-4k", "b64token-all", "trailing-equals")  # The provider must have been asked about these.


def load(folder):
    return json.loads((folder / NAME / "cases.json").read_text())["cases"]


def request_of(case):
    method = case.get("method", "GET")
    lines = [f"{method} {case['target']} HTTP/1.1".encode(), b"Host: gw", b"Connection: close"]
    lines += [base64.b64decode(line) for line in case["header_lines_b64"]]
    return method, b"\r\n".join(lines) + b"\r\n\r\n" + case.get("body", "").encode()


def run(case, world):
    method, data = request_of(case)
    world.begin()
    transcript = world.converse(data, silence_s=2.0)
    world.settle()
    try:
        finals = finals_of(answers_in(transcript.received, transcript.ended, [method]))
    except Malformed as fault:
        yield f"the client received something malformed: {fault}"
        return
    if len(finals) != 1:
        yield f"one answer expected, got {transcript.received[:100]!r} ({transcript.ended})"
        return
    answer = finals[0]
    if answer.status not in case["statuses"]:
        yield f"status {case['statuses']} expected, got {answer.status}"
    yield from check_challenge(case, answer)
    calls = world.provider_calls()
    if calls > case.get("provider_calls", 1):
        yield f"the provider was asked {calls} times"
    if case["name"] in ASKED and calls != 1:
        yield f"the provider must be asked once, was asked {calls} times"
    yield from check_upstream(answer, world.upstream_seen())
    yield from world.introspection.faults
    world.introspection.faults.clear()


def check_challenge(case, answer):
    if answer.status != 401:
        return
    offered = challenges(answer)
    if len(offered) != 1:
        yield f"one challenge expected, got {answer.values('www-authenticate')}"
    elif "no error=" in case.get("challenge", "") and "error=" in offered[0]:
        yield f"a challenge without error expected, got {offered[0]}"


def check_upstream(answer, seen):
    if answer.status != 200:
        if seen:
            yield f"refused, but the upstream saw {[s.request.lines() for s in seen]}"
        return
    if len(seen) != 1 or not seen[0].complete:
        yield f"forwarded once expected, the upstream saw {[s.request.lines() for s in seen]}"
        return
    request = seen[0].request
    if request.values("x-subject") != ["alice"]:
        yield f"X-Subject alice expected upstream, got {request.values('x-subject')}"
    if request.values("authorization"):
        yield "the token reached the upstream"
