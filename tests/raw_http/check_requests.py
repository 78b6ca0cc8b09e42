"""Raw requests: what must be refused, what must work, and what of it reached the upstream.

The members of a case are explained in the `format` of the vectors' cases.json.
"""

import base64
import json
import re

import wire
from messages import Malformed, answers_in, finals_of

NAME = "http-requests"
TIMED_LIMIT_S = 9.0


def load(folder):
    return json.loads((folder / NAME / "cases.json").read_text())["cases"]


def bytes_of(case):
    if "raw" in case:
        return case["raw"].encode("latin-1")
    if case.get("raw_b64") is not None:
        return base64.b64decode(case["raw_b64"])
    return b"".join(base64.b64decode(p["b64"]) * p.get("times", 1) for p in case["parts"])


def plan_for(case, byte_by_byte):
    data = bytes_of(case)
    plan = wire.Plan(data=data)
    plan.segment = 1 if byte_by_byte else case.get("segments", 0)
    plan.half_close = case.get("half_close", False)
    plan.reset = case.get("reset", False)
    plan.read_bytes_per_s = case.get("read_bytes_per_s", 0)
    if "byte_every_ms" in case:
        plan.byte_every_s = case["byte_every_ms"] / 1000
        body = data.find(b"\r\n\r\n") + 4
        plan.at_once = body if body < len(data) else 0  # A slow body follows an ordinary head.
    if case.get("when") == "timeout":
        plan.silence_s = plan.limit_s = TIMED_LIMIT_S
    if plan.read_bytes_per_s:
        plan.silence_s = 2.0
    if len(data) > 100_000 and plan.segment:
        plan.limit_s = 120.0
    return plan


def run(case, world, byte_by_byte=False):
    """Every way in which the gateway did otherwise than stated."""
    world.begin()
    plan = plan_for(case, byte_by_byte)
    resident = world.process.resident_kib()
    transcript = wire.converse(world.address, plan)
    world.settle()
    seen = world.upstream_seen()
    faults = list(check(case, plan, transcript, seen))
    if plan.read_bytes_per_s:
        if len(transcript.received) >= 10_000_000:
            faults.append("the client that does not read was never cut")
    faults += world.memory_fault(resident)
    faults += unended(world, seen)
    world.last = summary(case, transcript, seen)
    return faults


def summary(case, transcript, seen):
    """As in seen.json, for comparison with what other programs did."""
    try:
        answers = answers_in(transcript.received, transcript.ended, methods_of(case))
    except Malformed:
        answers = []
    text = ",".join(str(a.status) for a in answers if a.status)
    return {
        "answers": text or ("closed" if transcript.closed else "silent"),
        "forwarded": len(seen),
        "malformed": len([s for s in seen if s.malformed]),
    }


def methods_of(case):
    return [bytes_of(case)[:20].split(b" ")[0].decode("latin-1")]


def check(case, plan, transcript, seen):
    try:
        answers = answers_in(transcript.received, transcript.ended, methods_of(case))
    except Malformed as fault:
        yield f"the client received something malformed: {fault}"
        return
    finals = finals_of(answers)
    yield from check_answers(case, plan, transcript, answers, finals)
    yield from check_forwarded(case, finals, seen)
    yield from check_content(case, seen)


def check_answers(case, plan, transcript, answers, finals):
    expect, statuses = case["expect"], case["statuses"]
    got = [a.status for a in finals]
    first = got[0] if got else None
    ending = f"{got or 'no answer'}, {transcript.ended}"
    if not plan.reset and first not in statuses:
        silent_refusal = first is None and transcript.closed and expect in ("reject", "close")
        if not silent_refusal:
            yield f"status {statuses} expected, got {ending}"
    if expect == "close" and any(200 <= status < 300 for status in got):
        yield f"no 2xx expected, got {ending}"
    if case.get("close") and not transcript.closed:
        yield f"must be closed after the last answer, got {ending}"
    if expect == "close" and not transcript.closed:
        yield f"must end, got {ending}"
    if "then" in case and got[1:2] != [int(case["then"])]:
        yield f"then {case['then']} expected, got {ending}"
    if "answers" in case and len(got) != case["answers"]:
        yield f"{case['answers']} answers expected, got {ending}"
    if "statuses_all" in case and got != case["statuses_all"]:
        yield f"statuses {case['statuses_all']} expected, got {ending}"
    for status in case.get("not_status", ()):
        if status in [a.status for a in answers]:
            yield f"status {status} must not appear, got {[a.status for a in answers]}"
    unwanted = case.get("answer_not_contains")
    if unwanted and unwanted.lower().encode("latin-1") in transcript.received.lower():
        yield f"the answer contains {unwanted}"
    for answer in finals:
        if answer.status == 401 and not challenges(answer):
            yield "401 without a Bearer challenge"
        if answer.status == 503 and not answer.values("retry-after"):
            yield "503 without Retry-After"
    if not plan.read_bytes_per_s and not plan.reset:
        if answers and not answers[-1].complete and answers[-1].status < 300:
            yield "the last answer is unfinished"


def challenges(answer):
    """One for bearer tokens or, where a token or its scheme is DPoP's, one for that (RFC 9449 section 7.1)."""
    return [v for v in answer.values("www-authenticate") if v.startswith(("Bearer", "DPoP "))]


def check_forwarded(case, finals, seen):
    complete = [s for s in seen if s.complete]
    for one in seen:
        if one.malformed:
            yield f"something malformed reached the upstream: {one.malformed}"
    if len(seen) > case["forwarded_max"]:
        lines = [s.request.start_line for s in seen]
        yield f"at most {case['forwarded_max']} forwarded, the upstream saw {lines}"
    refused = case["expect"] in ("400", "reject", "close")
    if case["expect"] == "either" and finals and finals[0].status >= 400:
        refused = finals[0].status != 426  # 426 is the upstream's own answer.
    if refused and complete:
        yield f"refused, but complete at the upstream: {[s.request.start_line for s in complete]}"
    if case["expect"] == "accept" and not complete:
        yield "nothing complete reached the upstream"


def check_content(case, seen):
    complete = [s.request for s in seen if s.complete]
    for one in seen:
        for text in case.get("never_seen", ()):
            if any(text.lower() in line for line in one.request.lines()):
                yield f"{text!r} reached the upstream in {one.request.lines()}"
        for name, value in one.request.trailers:
            if re.fullmatch("(?i)host|content-length|transfer-encoding|authorization|x.subject", name):
                yield f"trailer {name}: {value} reached the upstream"
    if complete and "body_len" in case and complete[0].body_length != case["body_len"]:
        yield f"body of {case['body_len']} bytes expected upstream, {complete[0].body_length} seen"
    if complete and "upstream_target" in case and complete[0].target != case["upstream_target"]:
        yield f"target {case['upstream_target']} expected upstream, {complete[0].target} seen"
    for request in complete:
        for name in case.get("upstream_has", ()):
            if not request.values(name):
                yield f"field {name} is missing upstream"
        if "upstream_host_not" in case:
            named = [request.target, *request.values("host"), *request.values("x-forwarded-host")]
            named += request.values("forwarded")
            if any(re.search(r"\bgw\b", text) for text in named):
                yield f"the authority of the target must win over Host, the upstream saw {named}"
        if len(request.values("host")) != 1:
            yield f"the upstream saw Host {request.values('host')}"
    # Members of our own cases.
    if "upstream_bodies" in case:
        bodies = [r.body.decode("latin-1") for r in complete]
        if bodies != case["upstream_bodies"]:
            yield f"bodies {case['upstream_bodies']} expected upstream, {bodies} seen"
    if "upstream_targets" in case:
        targets = [r.target for r in complete]
        if targets != case["upstream_targets"]:
            yield f"targets {case['upstream_targets']} expected upstream, {targets} seen"
    for name, values in case.get("upstream_fields", {}).items():
        spelled = re.compile(name.replace("-", "[-_]"), re.IGNORECASE)
        got = [v for r in complete for n, v in r.fields if spelled.fullmatch(n)]
        if got != values:
            yield f"{name} {values} expected upstream, {got} seen"


def unended(world, seen):
    """An unfinished request must not stay open at the upstream: its connection has to be closed."""
    for name, peer in world.upstreams.items():
        numbers = [
            s.connection for s in seen if s.peer == name and not s.request.complete and not s.malformed
        ]
        if numbers and not peer.await_ended(numbers, 3.0):
            yield "the upstream connection of an aborted request stays open"
