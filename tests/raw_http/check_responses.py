"""Raw answers of an upstream: what the client may see of them, and what becomes of the upstream connection.

The same bytes also come from the identity provider; there the only right reaction is 503.
"""

import base64
import json
import time

import wire
from messages import Malformed, answers_in, finals_of
from peer import with_length
from world import World, answer_good, answer_plainly

NAME = "http-responses"
WEBSOCKET = (
    b"GET /open/case HTTP/1.1\r\nHost: gw\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
LARGE = b"POST /open/case HTTP/1.1\r\nHost: gw\r\nContent-Length: 10000000\r\n\r\n" + b"x" * 10_000_000


def load(folder):
    return json.loads((folder / NAME / "cases.json").read_text())["cases"]


def load_for_provider(folder):
    return [case for case in load(folder) if case.get("when") != "idle"]


def bytes_of(case):
    if case["raw_b64"] is not None:
        return base64.b64decode(case["raw_b64"])
    return b"".join(base64.b64decode(p["b64"]) * p.get("times", 1) for p in case.get("parts") or [])


def request_for(case):
    if case.get("request") == "websocket":
        return WEBSOCKET
    if case.get("request") == "large body":
        return LARGE
    return f"{case.get('method', 'GET')} /open/case HTTP/1.1\r\nHost: gw\r\n\r\n".encode()


class ResponseWorld(World):
    """`script` answers what arrives for /open/case; everything else is answered plainly."""

    def __init__(self, settings, lane):
        self.script = None
        self.on_connection = None  # The connection that carried the last scripted answer.
        super().__init__(settings, lane)
        self.upstreams["main"].answer = self._answer
        self.upstreams["main"].answer_early = self._answer_early

    def _answer(self, request, connection):
        if request.target != "/open/case":
            answer_plainly(request, connection)
        elif self.script:
            self.on_connection = connection
            self.script(connection)
        else:
            connection.send(with_length(200, b"fresh"))

    def _answer_early(self, request, connection):
        if request.target == "/open/case" and self.script and request.method == "POST":
            self.on_connection = connection
            self.script(connection)


def script_for(case, data, byte_by_byte, keep_open=False):
    def script(connection):
        if byte_by_byte and len(data) < 5000:
            for at in range(len(data)):
                if not connection.send(data[at : at + 1]):
                    break
                time.sleep(wire.PACE_S)
        else:
            connection.send(data)
        if case.get("status") == 101:
            connection.tunnel = lambda c, said: c.send(said.upper())
        elif keep_open:
            connection.muted = True
        else:
            connection.finish_sending()

    return script


def run(case, world, byte_by_byte=False):
    data = bytes_of(case)
    if case.get("when") == "idle":
        return run_idle(data, world)
    world.script = script_for(case, data, byte_by_byte)
    faults = list(run_once(case, world))
    if case.get("upstream_connection") == "closed":
        world.script = script_for(case, data, byte_by_byte, keep_open=True)
        faults += [f"upstream kept open: {fault}" for fault in run_once(case, world)]
        faults += run_reuse(world)
    if case["name"] == "bad-empty":
        faults += run_dead_connection(world)
    world.script = None
    return faults


def run_once(case, world):
    world.begin()
    resident = world.process.resident_kib()
    conversation = wire.Conversation(world.address)
    try:
        transcript = conversation.say(wire.Plan(data=request_for(case)))
        yield from check(case, transcript, conversation)
    finally:
        conversation.close()
    yield from world.memory_fault(resident)
    numbers = [s.connection for s in world.upstream_seen() if s.request.target == "/open/case"]
    if not numbers:
        # Answered before it was whole, and dropped then: it is on nobody's list, but it was answered.
        if case.get("request") != "large body":
            yield "the request did not reach the upstream"
    elif len(numbers) > 2:
        yield f"the upstream was asked {len(numbers)} times"
    elif case.get("status") != 101 and not world.upstreams["main"].await_ended(numbers, 3.0):
        yield "the upstream connection stays open"


def check(case, transcript, conversation):
    method = [case.get("method", "GET")]
    got = f"{transcript.received[:100]!r}... ({transcript.ended})"
    try:
        answers = answers_in(transcript.received, transcript.ended, method)
    except Malformed as fault:
        yield f"the client received something malformed: {fault}"
        return
    finals = finals_of(answers)
    if len(finals) != 1:
        if not (case["expect"] == "abort" and not finals and transcript.closed):
            yield f"one answer expected, got {got}"
        return
    answer, expect = finals[0], case["expect"]
    for text in case.get("client_not", ()):
        heads = [line for a in answers for line in a.lines()]
        raw = text.startswith("\r\n") and text.encode("latin-1") in transcript.received.lower()
        if raw or any(text.lower() in line for line in heads):
            yield f"{text!r} reached the client: {got}"
    if expect == "abort":
        if answer.status != 502 and answer.complete:
            yield f"an unfinished answer looks finished to the client: {got}"
        if not answer.complete and not transcript.closed:
            yield f"an unfinished answer was not cut: {got}"
        return
    if expect == "502" or (expect == "either" and answer.status == 502):
        if answer.status != 502 or not answer.complete:
            yield f"502 expected, got {got}"
        return
    if not answer.complete:
        yield f"unfinished: {got}"
    if answer.status != case.get("status", 200):
        yield f"status {case.get('status', 200)} expected, got {got}"
    body = expected_body(case)
    if body is not None and answer.body != body[: 1 << 20] and case.get("status") != 101:
        yield f"body of {len(body)} bytes expected, got {got}"
    if body is not None and answer.body_length != len(body):
        yield f"body of {len(body)} bytes expected, got {answer.body_length}"
    if case.get("then_close") and answer.framing == "close" and transcript.ended != "closed":
        yield f"neither chunked nor closed: {got}"
    if case["name"] == "set-cookie-two" and answer.values("set-cookie") != ["a=1", "b=2"]:
        yield f"two Set-Cookie lines expected, got {answer.values('set-cookie')}"
    yield from check_afterwards(case, transcript, conversation)


def expected_body(case):
    if "body" in case:
        return case["body"].encode()
    if case["name"] == "body-many":
        return bytes_of(case).split(b"\r\n\r\n", 1)[1]
    return None


def check_afterwards(case, transcript, conversation):
    """The client's connection must still be in step, or closed; a tunnel must carry bytes both ways."""
    if transcript.closed:
        return
    already = len(transcript.received)
    if case.get("status") == 101:
        conversation.say(wire.Plan(data=b"over the tunnel", expected=already + 15))
        if conversation.received[already:] != b"OVER THE TUNNEL":
            yield f"the tunnel answers {bytes(conversation.received[already:])!r}"
        return
    if case.get("request") == "large body":
        return  # What is left of the body may still be in flight.
    if case.get("request") == "websocket":
        next_request, status = b"GET /secret/s HTTP/1.1\r\nHost: gw\r\n\r\n", 401
    else:
        next_request, status = b"GET /open/x HTTP/1.1\r\nHost: gw\r\n\r\n", 200
    conversation.say(wire.Plan(data=next_request, silence_s=0.5))
    rest = bytes(conversation.received[already:])
    if not rest.startswith(f"HTTP/1.1 {status} ".encode()):
        yield f"the next request on the connection gets {rest[:60]!r} instead of {status}"


def run_reuse(world):
    """After an answer with something left over, another request must take another connection."""
    poisoned = world.on_connection
    world.script = None
    transcript = world.converse(b"GET /open/case HTTP/1.1\r\nHost: gw\r\n\r\n", silence_s=0.5)
    if b"\r\n\r\nfresh" not in transcript.received:
        yield f"the next client gets {transcript.received!r}"
    if poisoned and not poisoned.ended.is_set():
        yield "the poisoned upstream connection was not closed"


def run_dead_connection(world):
    """A kept connection that dies as it is used again: an idempotent request is tried once more, another is not."""
    get = b"GET /open/case HTTP/1.1\r\nHost: gw\r\n\r\n"
    post = b"POST /open/case HTTP/1.1\r\nHost: gw\r\nContent-Length: 5\r\n\r\nhello"
    for request, status, attempts in ((get, b"200", 2), (post, b"502", 1)):
        world.script = None
        world.converse(get, silence_s=0.5, expected=20)  # Leaves a connection in the pool.
        tried = []

        def script(connection):
            tried.append(connection.number)
            if len(tried) == 1:
                connection.close()
            else:
                connection.send(with_length(200, b"second"))

        world.script = script
        transcript = world.converse(request, silence_s=2.0, expected=20)
        if not transcript.received.startswith(b"HTTP/1.1 " + status) or len(tried) != attempts:
            what = f"{request[:4].decode().strip()} on a dying connection"
            yield f"{what} was tried {len(tried)} times and gets {transcript.received[:40]!r}"


def run_idle(data, world):
    """An answer that nobody asked for, on a pooled connection."""
    faults = []
    world.script = lambda connection: connection.send(with_length(200, b"first"))
    first = world.converse(b"GET /open/case HTTP/1.1\r\nHost: gw\r\n\r\n", silence_s=0.5)
    if b"first" not in first.received:
        faults.append(f"the first request gets {first.received!r}")
    pooled = world.on_connection
    world.script = None
    if pooled and not pooled.ended.is_set():
        pooled.muted = True
        pooled.send(data)
        if not pooled.ended.wait(2.0):
            faults.append("the pooled connection stays open after an unasked answer")
    second = world.converse(b"GET /open/case HTTP/1.1\r\nHost: gw\r\n\r\n", silence_s=0.5)
    if b"\r\n\r\nfresh" not in second.received:
        faults.append(f"the next client gets {second.received!r}")
    return faults


def run_for_provider(case, world):
    """The provider sends the bytes: 503 with Retry-After, nothing forwarded, and the next good answer works."""
    data = bytes_of(case)
    token = "response." + case["name"]

    def script(request, connection, _):
        connection.send(data)
        connection.finish_sending()

    world.introspection.scripts[token] = script
    ask = f"GET /secret/s HTTP/1.1\r\nHost: gw\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
    world.begin()
    transcript = world.converse(ask, silence_s=3.0, expected=20)
    if not transcript.received.startswith(b"HTTP/1.1 503 "):
        yield f"503 expected, got {transcript.received[:80]!r} ({transcript.ended})"
    elif b"\r\nretry-after:" not in transcript.received.lower():
        yield "503 without Retry-After"
    if world.upstream_seen():
        yield "something reached the upstream"
    world.introspection.scripts[token] = answer_good
    transcript = world.converse(ask, silence_s=3.0, expected=20)
    if not transcript.received.startswith(b"HTTP/1.1 200 "):
        yield f"the provider answers again, but the client gets {transcript.received[:80]!r}"
