"""The provider's answer to one token, as a case describes it."""

import base64
import dataclasses
import json
import re
import time

from peer import with_length

ISSUER = "https://id.plant.example"


@dataclasses.dataclass
class Place:
    """What the placeholders of an answer stand for."""

    issuer: str  # @ISS@
    base: str  # @BASE@, of the provider
    asked: str  # @SELF@, the address this answer comes from


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


def fill_in(data, place):
    """Placeholders: @NOW+n@ @NOW-n@ @ISS@ @BASE@ @SELF@."""
    words = {b"ISS": place.issuer, b"BASE": place.base, b"SELF": place.asked}

    def value(match):
        word = match[1]
        if word in words:
            return words[word].encode()
        return str(int(time.time()) + int(word[3:])).encode()

    return re.sub(rb"@(NOW[+-][0-9]+|ISS|BASE|SELF)@", value, data)


def pieces_of(case, place):
    """The body in pieces, as (bytes, times), so that 100 MB need no memory."""
    if "body_b64" in case:
        return [(base64.b64decode(case["body_b64"]), 1)]
    if "parts" in case:
        parts = [(base64.b64decode(p["b64"]), p.get("times", 1)) for p in case["parts"]]
        return [(fill_in(data, place), times) for data, times in parts]
    return [(fill_in(case.get("body", "").encode(), place), 1)]


def head_of(case, place, length):
    lines = [f"{case.get('version', 'HTTP/1.1')} {case['status']} X"]
    lines += [f"{name}: {value}" for name, value in case["headers"]]
    framing = case.get("framing")
    if framing == "chunked":
        lines.append("Transfer-Encoding: chunked")
    elif framing != "close" and case["status"] != 204:
        lines.append(f"Content-Length: {length}")
    interim = b"".join(f"HTTP/1.1 {s} X\r\n\r\n".encode() for s in case.get("interim", ()))
    return interim + fill_in("\r\n".join(lines).encode(), place) + b"\r\n\r\n"


def send_answer(case, place, connection):
    """The answer as described; False once the gateway has closed."""
    pieces = pieces_of(case, place)
    head = head_of(case, place, sum(len(data) * times for data, times in pieces))
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


def script_for(case, place):
    behaviour = case.get("behaviour", {})

    def script(request, connection, token):
        if "raw_b64" in case:
            connection.send(base64.b64decode(case["raw_b64"]))
            if "then" not in case:
                connection.finish_sending()
        elif behaviour.get("accept_then") == "nothing":
            connection.muted = True
        elif "bytes_per_s" in behaviour:
            drip(case, place, connection, behaviour)
        elif "reset_after_bytes" in behaviour:
            connection.send(head_of(case, place, 100)[: behaviour["reset_after_bytes"]])
            time.sleep(0.05)
            connection.reset()
        elif "delay_ms" in behaviour:
            connection.hold(behaviour["delay_ms"] / 1000)
            send_answer(case, place, connection)
        else:
            send_answer(case, place, connection)

    return script


def drip(case, place, connection, behaviour):
    pieces = pieces_of(case, place)
    head = head_of(case, place, sum(len(data) * times for data, times in pieces))
    body = b"".join(data * times for data, times in pieces)
    slow = body if behaviour.get("head_at_once") else head + body
    if behaviour.get("head_at_once"):
        connection.send(head)
    connection.muted = True
    for at in range(len(slow)):
        if not connection.send(slow[at : at + 1]) or connection.hold(1 / behaviour["bytes_per_s"]):
            return
