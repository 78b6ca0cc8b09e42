"""What an identity provider may answer to introspection, and how it may misbehave.

Every case asks with a token of its own. After a fault the same token is asked again with a good answer, which
must work at once: a fault is never remembered as a verdict.
"""

import base64
import json
import re
import socket
import time

import nameserver
import wire
from check_requests import challenges
from messages import Malformed, answers_in, finals_of
from peer import Peer, with_length
from world import CONNECT_MS, RESPONSE_MS, World

NAME = "provider-answers"
ISSUER = "https://id.plant.example"
NAMES = ("dns-fail", "dns-slow", "dns-rebind")
PATHS = {
    None: "plain",
    "authorize.audience": "audience",
    "authorize.scopes": "scopes",
    "provider.issuer": "issuer",
    "enrich X-Subject from $.sub": "enrich",
}
SUBJECT = {  # The header's exact bytes, where the case's text says them.
    "introspection/sub-utf8": "Rosenlöf 😀".encode(),
    "introspection/sub-object": '{"a":[1,"é"]}'.encode(),
}
LATE_S = 2.0  # What a loaded machine may add to the provider's time-outs.


def load(folder):
    cases = json.loads((folder / NAME / "cases.json").read_text())["cases"]
    return [case for case in cases if case["endpoint"] == "introspection"]


def cost(case):
    return 5 if "behaviour" in case else 0


class ProviderWorld(World):
    """Besides the usual provider: one that does not listen, one that drops connections, three known by name."""

    def __init__(self, settings, lane):
        self.special = {}
        self.names = None
        self.number = 0
        super().__init__(settings, lane)

    def start(self):
        if not self.special:
            for name in ("refused", "black-hole"):
                self.special[name] = Peer(name, self.introspection.answer, listen=False)
            for name in NAMES:
                self.special[name] = Peer(name, self.introspection.answer)
            self._start_names()
        super().start()

    def _start_names(self):
        address = f"127.0.53.{self.lane + 1}"
        self.wrapper = nameserver.wrapper_for(address, self.folder)
        if self.wrapper:
            self.names = nameserver.NameServer(address)
        else:
            self.wrapper = ()

    def configuration(self, port):
        configuration = super().configuration(port)
        providers, endpoints = configuration["providers"], configuration["endpoints"]
        providers["issuer"] = {**self.provider_entry(), "issuer": ISSUER}
        plain = {"enrich": []}
        endpoints.append(self.endpoint("plain", "/plain/", "plant", **plain))
        endpoints.append(self.endpoint("enrich", "/enrich/", "plant"))
        endpoints.append(self.endpoint("issuer", "/issuer/", "issuer", **plain))
        endpoints.append(self.endpoint("scopes", "/scopes/", "plant", ["read"], **plain))
        rule = {"authorize": {"audience": ["urn:historian"]}}
        endpoints.append(self.endpoint("audience", "/audience/", "plant", **plain, **rule))
        for name, peer in self.special.items():
            host = f"{name}.test" if name in NAMES else "127.0.0.1"
            providers[name] = self.provider_entry(f"http://{host}:{peer.port}/introspect")
            endpoints.append(self.endpoint(name, f"/{name}/", name, **plain))
        return configuration

    def begin(self):
        super().begin()
        for peer in self.special.values():
            peer.begin()

    def ask(self, path, token, limit_s=12.0):
        data = f"GET /{path}/s HTTP/1.1\r\nHost: gw\r\nConnection: close\r\n"
        data += f"Authorization: Bearer {token}\r\n\r\n"
        transcript = self.converse(data.encode(), silence_s=limit_s, limit_s=limit_s)
        try:
            finals = finals_of(answers_in(transcript.received, transcript.ended))
        except Malformed as fault:
            raise AssertionError(f"the client received something malformed: {fault}")
        return (finals[0] if finals else None), transcript.seconds


def complete_claims(*_):
    """A good answer to every endpoint of this world."""
    return json.dumps(
        {
            "active": True,
            "sub": "alice",
            "client_id": "c1",
            "scope": "read",
            "iss": ISSUER,
            "aud": "urn:historian",
            "exp": int(time.time()) + 3600,
        }
    ).encode()


def answer_well(request, connection, token):
    connection.send(with_length(200, complete_claims(), "Content-Type: application/json"))


# The scripted answer.


def fill_in(data, world):
    """Placeholders: @NOW+n@ @NOW-n@ @ISS@ @BASE@ @SELF@."""
    base = f"http://127.0.0.1:{world.provider.port}".encode()

    def value(match):
        word = match[1]
        if word == b"ISS":
            return ISSUER.encode()
        if word in (b"BASE", b"SELF"):
            return base + (b"/introspect" if word == b"SELF" else b"")
        return str(int(time.time()) + int(word[3:])).encode()

    return re.sub(rb"@(NOW[+-][0-9]+|ISS|BASE|SELF)@", value, data)


def pieces_of(case, world):
    """The body in pieces, as (bytes, times), so that 100 MB need no memory."""
    if "body_b64" in case:
        return [(base64.b64decode(case["body_b64"]), 1)]
    if "parts" in case:
        parts = [(base64.b64decode(p["b64"]), p.get("times", 1)) for p in case["parts"]]
        return [(fill_in(data, world), times) for data, times in parts]
    return [(fill_in(case.get("body", "").encode(), world), 1)]


def head_of(case, world, length):
    lines = [f"{case.get('version', 'HTTP/1.1')} {case['status']} X"]
    lines += [f"{name}: {value}" for name, value in case["headers"]]
    framing = case.get("framing")
    if framing == "chunked":
        lines.append("Transfer-Encoding: chunked")
    elif framing != "close" and case["status"] != 204:
        lines.append(f"Content-Length: {length}")
    interim = b"".join(f"HTTP/1.1 {s} X\r\n\r\n".encode() for s in case.get("interim", ()))
    return interim + fill_in("\r\n".join(lines).encode(), world) + b"\r\n\r\n"


def send_answer(case, world, connection):
    """The answer as described; False once the gateway has closed."""
    pieces = pieces_of(case, world)
    head = head_of(case, world, sum(len(data) * times for data, times in pieces))
    if case.get("framing") == "chunked":
        body = b"".join(data * times for data, times in pieces)
        chunks = [body[at : at + 7] for at in range(0, len(body), 7)]
        coded = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)
        return connection.send(head + coded + b"0\r\n\r\n")
    if sum(len(data) * times for data, times in pieces) < 1 << 17:
        going = connection.send(head + b"".join(data * times for data, times in pieces))
    else:
        going = connection.send(head)
        for data, times in pieces:
            batch = max(1, (1 << 16) // len(data))
            while times > 0 and going:
                going = connection.send(data * min(batch, times))
                times -= batch
    if case.get("framing") == "close" or case.get("version") == "HTTP/1.0":
        connection.finish_sending()
    return going


def script_for(case, world):
    behaviour = case.get("behaviour", {})

    def script(request, connection, token):
        if "raw_b64" in case:
            connection.send(base64.b64decode(case["raw_b64"]))
            if "then" not in case:
                connection.finish_sending()
        elif behaviour.get("accept_then") == "nothing":
            connection.muted = True
        elif "bytes_per_s" in behaviour:
            drip(case, world, connection, behaviour)
        elif "reset_after_bytes" in behaviour:
            connection.send(head_of(case, world, 100)[: behaviour["reset_after_bytes"]])
            time.sleep(0.05)
            connection.reset()
        elif "delay_ms" in behaviour:
            connection.hold(behaviour["delay_ms"] / 1000)
            send_answer(case, world, connection)
        else:
            send_answer(case, world, connection)

    return script


def drip(case, world, connection, behaviour):
    pieces = pieces_of(case, world)
    head = head_of(case, world, sum(len(data) * times for data, times in pieces))
    body = b"".join(data * times for data, times in pieces)
    slow = body if behaviour.get("head_at_once") else head + body
    if behaviour.get("head_at_once"):
        connection.send(head)
    connection.muted = True
    for at in range(len(slow)):
        if not connection.send(slow[at : at + 1]) or connection.hold(1 / behaviour["bytes_per_s"]):
            return


# One case.


def run(case, world):
    world.number += 1
    token = f"case.{world.lane}.{world.number}"
    path = PATHS[case.get("needs")]
    behaviour = case.get("behaviour", {})
    world.begin()
    resident = world.process.resident_kib()
    world.introspection.scripts[token] = script_for(case, world)
    special = next((b for kind, b in SPECIAL.items() if kind in behaviour), None)
    if special:
        yield from special(case, world, token)
        return
    answer, seconds = world.ask(path, token)
    yield from check(case, world, answer, seconds)
    yield from world.memory_fault(resident)
    calls = world.provider_calls()
    if calls > (2 if behaviour else 1):
        yield f"the provider was asked {calls} times"
    yield from check_next(case, world, path, token, answer)
    yield from world.introspection.faults
    world.introspection.faults.clear()


def check(case, world, answer, seconds):
    """The client's answer, its time, and what reached the upstream."""
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
    if answer.status == 401 and not [c for c in challenges(answer) if 'error="invalid_token"' in c]:
        yield f"401 with the challenge {answer.values('www-authenticate')}"
    if answer.status == 403 and case["expect"] == "forbidden":
        if not [c for c in challenges(answer) if 'error="insufficient_scope"' in c]:
            yield f"403 with the challenge {answer.values('www-authenticate')}"
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
        if case["name"] in SUBJECT and subject != [SUBJECT[case["name"]]]:
            yield f"X-Subject {SUBJECT[case['name']]!r} expected upstream, got {subject}"


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


# Behaviours that need a provider of their own.


def refused(case, world, token):
    answer, seconds = world.ask("refused", token)
    yield from check(case, world, answer, seconds)
    world.special["refused"].listen()
    yield from check_next(case, world, "refused", token, answer)


def black_hole(case, world, token):
    """A full accept queue: the kernel drops further SYNs."""
    peer = world.special["black-hole"]
    peer.listener.listen(0)
    fillers = []
    for _ in range(4):
        filler = socket.socket()
        filler.setblocking(False)
        filler.connect_ex(("127.0.0.1", peer.port))
        fillers.append(filler)
    time.sleep(0.1)
    answer, seconds = world.ask("black-hole", token)
    yield from check(case, world, answer, seconds)
    for filler in fillers:
        filler.close()
    peer.listen()
    time.sleep(0.1)
    yield from check_next(case, world, "black-hole", token, answer)


def close_when_reused(case, world, token):
    """A kept-alive connection, closed at the moment of the next request."""
    world.introspection.scripts[token + ".first"] = answer_well
    world.ask("plain", token + ".first")
    closed = []

    def script(request, connection, _):
        if closed or connection.requests < 2:
            answer_well(request, connection, token)
            return
        closed.append(connection.number)
        connection.close()

    world.begin()
    world.introspection.scripts[token] = script
    answer, seconds = world.ask("plain", token)
    yield from check(case, world, answer, seconds)
    yield from check_next(case, world, "plain", token, answer)


def flap(case, world, token):
    """Every second connection is reset at once."""
    for connection in list(world.provider.connections.values()):
        connection.close()
    count = [0]

    def accepting(connection):
        count[0] += 1
        if count[0] % 2:
            connection.reset()

    world.provider.accepting = accepting
    try:
        for at in range(6):
            one = f"{token}.{at}"

            def script(request, connection, _):
                connection.send(
                    with_length(200, complete_claims(), "Content-Type: application/json", "Connection: close")
                )
                connection.finish_sending()

            world.introspection.scripts[one] = script
            world.begin()
            answer, seconds = world.ask("plain", one)
            yield from check(case, world, answer, seconds)
    finally:
        world.provider.accepting = None
    yield from check_next(case, world, "plain", token, answer)


def by_name(case, world, token):
    if world.names is None:
        world.last = "skipped: a name server of our own needs root and mount namespaces"
        return
    behaviour = case["behaviour"]
    if behaviour.get("dns") == "NXDOMAIN":
        yield from name_unknown(case, world, token)
    elif "dns_delay_ms" in behaviour:
        yield from name_slow(case, world, token, behaviour["dns_delay_ms"] / 1000)
    else:
        yield from name_moves(case, world, token)


def name_unknown(case, world, token):
    answer, seconds = world.ask("dns-fail", token)
    yield from check(case, world, answer, seconds)
    world.names.names["dns-fail.test"] = lambda: "127.0.0.1"
    yield from check_next(case, world, "dns-fail", token, answer)


def name_slow(case, world, token, delay_s):
    """While the look-up hangs, others are served: without and with a provider, by address."""
    world.names.names["dns-slow.test"] = nameserver.slowly(delay_s, "127.0.0.1")
    began = time.monotonic()
    stream = wire.Conversation(world.address)
    data = f"GET /dns-slow/s HTTP/1.1\r\nHost: gw\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
    stream.stream.send(data)
    fault = world.baseline_fault()
    if fault:
        yield f"while a look-up hangs: {fault}"
    world.introspection.scripts[token + ".other"] = answer_well
    other, seconds = world.ask("plain", token + ".other")
    if other is None or other.status != 200 or seconds > LATE_S:
        yield f"while a look-up hangs, another provider's token gets {other and other.status} in {seconds:.1f} s"
    world.begin()
    plan = wire.Plan(silence_s=delay_s, limit_s=delay_s, expected=20)
    transcript = stream.say(plan)
    stream.close()
    answers = finals_of(answers_in(transcript.received, transcript.ended))
    yield from check(case, world, answers[0] if answers else None, time.monotonic() - began)


def name_moves(case, world, token):
    """The name points elsewhere from the second look-up on."""
    peer = world.special["dns-rebind"]
    world.names.names["dns-rebind.test"] = lambda: "127.0.0.1"
    world.introspection.scripts[token] = answer_well
    answer, seconds = world.ask("dns-rebind", token)
    yield from check(case, world, answer, seconds)
    world.names.names["dns-rebind.test"] = lambda: "127.0.0.2"
    for connection in list(peer.connections.values()):
        connection.close()
    time.sleep(0.1)
    world.begin()
    world.introspection.scripts[token + ".moved"] = answer_well
    answer, seconds = world.ask("dns-rebind", token + ".moved")
    yield from check(case, world, answer, seconds)


SPECIAL = {
    "listen": refused,
    "syn": black_hole,
    "close_idle_connection_when": close_when_reused,
    "every_other": flap,
    "dns": by_name,
    "dns_delay_ms": by_name,
}
