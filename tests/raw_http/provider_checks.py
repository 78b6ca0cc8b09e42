"""What must hold after the provider has answered, or has not."""

from check_requests import challenges
from provider_script import answer_well
from world import CONNECT_MS, RESPONSE_MS

SUBJECT = {  # The header's exact bytes, where the case's text says them.
    "introspection/sub-utf8": "Rosenlöf 😀".encode(),
    "introspection/sub-object": '{"a":[1,"é"]}'.encode(),
}
LATE_S = 2.0  # What a loaded machine may add to the provider's time-outs.


def check(case, world, answer, seconds):
    """The client's answer, its time, and what reached the upstream."""
    yield from check_answer(case, world, answer, seconds)
    if answer is None:
        return
    if answer.status == 401 and not [c for c in challenges(answer) if 'error="invalid_token"' in c]:
        yield f"401 with the challenge {answer.values('www-authenticate')}"
    if answer.status == 403 and case["expect"] == "forbidden":
        if not [c for c in challenges(answer) if 'error="insufficient_scope"' in c]:
            yield f"403 with the challenge {answer.values('www-authenticate')}"
    yield from check_upstream(case, world, answer, SUBJECT)


def check_answer(case, world, answer, seconds):
    """One of the statuses that the case allows, in time, and with Retry-After where there must be."""
    if answer is None:
        yield "the client got no answer"
        return
    world.last = answer.status
    if answer.status not in case["statuses"]:
        yield f"status {case['statuses']} expected, got {answer.status}"
    if seconds > (CONNECT_MS + RESPONSE_MS) / 1000 + LATE_S:
        yield f"the answer took {seconds:.1f} s"
    if answer.status == 503 and not answer.values("retry-after"):
        yield "503 without Retry-After"


def check_upstream(case, world, answer, subjects):
    """Only what was answered 200 was forwarded, once and well-formed, with the bytes in X-Subject that `subjects` names."""
    seen = world.upstream_seen()
    if len([s for s in seen if s.complete]) != (answer.status == 200) or len(seen) > 1:
        yield f"answered {answer.status}, the upstream saw {[s.request.start_line for s in seen]}"
    for one in seen:
        if one.malformed:
            yield f"something malformed reached the upstream: {one.malformed}"
        for text in case.get("never_seen", ()):
            if any(text.lower() in line for line in one.request.lines()):
                yield f"{text!r} reached the upstream"
        subject = [v.encode("latin-1") for v in one.request.values("x-subject")]
        if case["name"] in subjects and subject != [subjects[case["name"]]]:
            yield f"X-Subject {subjects[case['name']]!r} expected upstream, got {subject}"


def check_next(case, world, path, token, answer):
    """What comes after: another token is not served from left-overs, and a fault is forgotten."""
    if "then" in case or "delay_ms" in case.get("behaviour", {}):
        other, _ = world.ask(path, token + ".unknown")
        if other is None or other.status != 401:
            yield f"another, unknown token gets {other and other.status}"
    if answer is not None and answer.status == 503:
        world.introspection.scripts[token] = answer_well
        again, seconds = world.ask(path, token)
        if again is None or again.status != 200:
            yield f"the provider answers again, but the client gets {again and again.status}"
        elif seconds > LATE_S:
            yield f"the next, good answer took {seconds:.1f} s"
