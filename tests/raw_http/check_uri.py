"""Request targets: the endpoint whose rules apply, and the target that is sent. What was matched is what is sent."""

import base64
import json
import re

from messages import Malformed, answers_in, finals_of
from world import World

NAME = "uri"
PREFIX = {"open": "/open", "open-admin": "/open/admin", "secret": "/secret"}
REFUSED = (400, 414, 431)


class UriWorld(World):
    """Each endpoint has an upstream of its own, so that the endpoint that was chosen shows."""

    def __init__(self, settings, lane):
        super().__init__(settings, lane, separate_upstreams=True)

    def configuration(self, port):
        configuration = super().configuration(port)
        del configuration["upstreams"]["main"]
        return configuration


def load(folder):
    return json.loads((folder / NAME / "cases.json").read_text())["cases"]


def ask(case, world, token):
    world.begin()
    lines = b"Host: gw\r\nConnection: close\r\n"
    if token:
        lines += b"Authorization: Bearer GOOD\r\n"
    target = base64.b64decode(case["target_b64"])
    transcript = world.converse(b"GET " + target + b" HTTP/1.1\r\n" + lines + b"\r\n")
    world.settle()
    finals = finals_of(answers_in(transcript.received, transcript.ended))
    return (finals[0].status if finals else None), world.upstream_seen()


def run(case, world):
    try:
        status, seen = ask(case, world, token=False)
        status_with_token, seen_with_token = ask(case, world, token=True)
    except Malformed as fault:
        yield f"the client received something malformed: {fault}"
        return
    world.last = decision = decided(status, status_with_token, seen, seen_with_token)
    allowed = {case["decision"], *case.get("allowed", ())}
    if decision not in allowed:
        yield f"{' or '.join(sorted(allowed))} expected, got {decision}"
    for one in seen + seen_with_token:
        if one.malformed or not one.complete:
            yield f"the upstream received {one.request.start_line!r} {one.malformed}"
            return
        yield from check_sent(case, decision, one)


def decided(status, status_with_token, seen, seen_with_token):
    """The endpoint whose rules were applied, or the refusal."""
    if status in REFUSED and status_with_token == status and not seen_with_token:
        return str(status)
    if status == 404 and status_with_token == 404 and not seen_with_token:
        return "no match"
    endpoints = {s.peer for s in seen + seen_with_token}
    public = status == 200 and status_with_token == 200 and len(seen) == 1 and len(endpoints) == 1
    if public and endpoints <= {"open", "strip"}:
        return endpoints.pop()
    guarded = status == 401 and status_with_token == 200 and not seen and len(endpoints) == 1
    if guarded and endpoints <= {"open-admin", "secret"}:
        return endpoints.pop()
    return f"{status} without and {status_with_token} with a token, forwarded to {sorted(endpoints)}"


def check_sent(case, decision, one):
    sent = one.request.target
    for text in case.get("never_sent", ()):
        # A path: the resource that must not be reached (as part of a longer name it is harmless). Else any text.
        head = sent if text.startswith("/") else "\r\n".join(one.request.lines())
        reached = head.startswith(text) if text.startswith("/") else text.lower() in head
        if reached:
            yield f"{text!r} was sent: {one.request.lines()}"
    if "sent_upstream" in case and decision == case["decision"]:
        same_case = unify_escapes if case["name"] == "pct-case" else lambda text: text
        if same_case(sent) != same_case(case["sent_upstream"]):
            yield f"target {case['sent_upstream']} expected upstream, {sent} sent"
    if "byte-identical" in case.get("note", "") and sent != case["target"]:
        yield f"passed on, but not byte for byte: {sent}"
    if sent.startswith("//"):
        yield f"{sent} starts with two slashes: an upstream may read an authority"
    path = sent.split("?")[0]
    if any(plain(segment) in (".", "..") for segment in path.split("/")):
        yield f"{sent} still has dot segments"
    prefix = PREFIX.get(decision)
    if prefix and not (path == prefix or path.startswith(prefix + "/")):
        yield f"{sent} was sent under the rules of {decision}"
    if decision == "open" and path.startswith("/open/admin/"):
        yield f"{sent} was sent under the rules of open"


def plain(segment):
    return re.sub("(?i)%2e", ".", segment)


def unify_escapes(text):
    return re.sub("%[0-9a-fA-F]{2}", lambda match: match[0].upper(), text)
