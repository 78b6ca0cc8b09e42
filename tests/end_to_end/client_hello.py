"""ClientHellos that no library would write, and what a server says to them.

A library offers what it knows; these offer any version and any suite, so that what a server accepts can be counted
instead of believed. In: what to offer. Out: a ServerHello's choice, an alert, or the connection's end.
Never: a handshake carried through.
"""

import dataclasses
import os
import socket
import struct

ALERT, HANDSHAKE = 21, 22
SERVER_HELLO = 2
TLS_1_0, TLS_1_1, TLS_1_2, TLS_1_3 = 0x0301, 0x0302, 0x0303, 0x0304
SSL_3 = 0x0300
RENEGOTIATION_INFO_SUITE = 0x00FF
FALLBACK_SUITE = 0x5600
SECP256R1, X25519 = 23, 29

# The generator of P-256 is as good a public key as any other: nothing that follows is ever decrypted.
P256_POINT = bytes.fromhex("04" "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
                           "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5")
SIGNATURES = (0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601)
ALERTS = {10: "unexpected_message", 20: "bad_record_mac", 22: "record_overflow", 40: "handshake_failure",
          42: "bad_certificate", 45: "certificate_expired", 47: "illegal_parameter", 48: "unknown_ca", 50: "decode_error",
          51: "decrypt_error", 70: "protocol_version", 71: "insufficient_security", 80: "internal_error",
          86: "inappropriate_fallback", 100: "no_renegotiation", 109: "missing_extension", 112: "unrecognized_name",
          116: "certificate_required", 120: "no_application_protocol", 0: "close_notify"}


def vector(data, length_bytes):
    return len(data).to_bytes(length_bytes, "big") + data


def numbers(values):
    return b"".join(struct.pack(">H", value) for value in values)


def extension(number, data):
    return struct.pack(">H", number) + vector(data, 2)


def hello(version, suites, name="gateway.test", compression=b"\0", protocols=(), more=b""):
    """A ClientHello's handshake message. `version`: the newest offered; TLS 1.3 alone is offered as such."""
    extensions = extension(0, vector(b"\0" + vector(name.encode(), 2), 2))
    extensions += extension(10, vector(numbers([SECP256R1, X25519]), 2)) + extension(11, vector(b"\0", 1))
    extensions += extension(13, vector(numbers(SIGNATURES), 2))
    if protocols:
        extensions += extension(16, vector(b"".join(vector(each.encode(), 1) for each in protocols), 2))
    if version == TLS_1_3:
        extensions += extension(43, vector(numbers([TLS_1_3]), 1))
        extensions += extension(45, vector(b"\1", 1))
        extensions += extension(51, vector(numbers([SECP256R1]) + vector(P256_POINT, 2), 2))
    body = numbers([min(version, TLS_1_2)]) + os.urandom(32) + vector(os.urandom(32), 1)
    body += vector(numbers(suites), 2) + vector(compression, 1)
    if version > SSL_3:
        body += vector(extensions + more, 2)
    return b"\1" + vector(body, 3)


def records(message, version=TLS_1_0, size=16384):
    """The message in records of at most `size` bytes."""
    return b"".join(struct.pack(">BH", HANDSHAKE, version) + vector(message[at:at + size], 2)
                    for at in range(0, len(message), size))


@dataclasses.dataclass
class Reply:
    """`kind`: hello, alert, or closed. With hello: what was chosen; with alert: its name."""

    kind: str
    version: int = 0
    suite: int = 0
    compression: int = 0
    extensions: tuple = ()
    alert: str = ""


def offer(port, message, **framing):
    """Sends a ClientHello and reads the first word of the answer."""
    return ask(port, records(message, **framing))


def ask(port, data, timeout=5):
    with socket.create_connection(("127.0.0.1", port), timeout) as stream:
        stream.settimeout(timeout)
        try:
            stream.sendall(data)
            return read_reply(stream)
        except (ConnectionResetError, BrokenPipeError):
            return Reply("closed")


def read_reply(stream):
    kind, payload = read_record(stream)
    if kind is None:
        return Reply("closed")
    if kind == ALERT:
        return Reply("alert", alert=ALERTS.get(payload[1], str(payload[1])))
    if kind != HANDSHAKE or payload[0] != SERVER_HELLO:
        raise ValueError(f"record of type {kind}: {payload[:40].hex()}")
    return read_server_hello(payload[4:4 + int.from_bytes(payload[1:4], "big")])


def read_server_hello(body):
    version = struct.unpack(">H", body[:2])[0]
    at = 35 + body[34]
    suite, compression = struct.unpack(">HB", body[at:at + 3])
    rest, found = body[at + 5:], {}
    while rest:
        number, length = struct.unpack(">HH", rest[:4])
        found[number] = rest[4:4 + length]
        rest = rest[4 + length:]
    if 43 in found:
        version = struct.unpack(">H", found[43])[0]
    return Reply("hello", version, suite, compression, tuple(found))


def read_record(stream):
    """(type, payload), or (None, b"") at the connection's end."""
    head = read_exactly(stream, 5)
    if len(head) < 5:
        return None, b""
    return head[0], read_exactly(stream, struct.unpack(">H", head[3:5])[0])


def read_exactly(stream, count):
    data = b""
    while len(data) < count:
        more = stream.recv(count - len(data))
        if not more:
            break
        data += more
    return data


def accepted_suites(port, version, candidates, **how):
    """Every suite of `candidates` that the server takes: all are offered, what it chooses is struck out, and again."""
    found, left = set(), list(candidates)
    while left:
        reply = offer(port, hello(version, left, **how))
        if reply.kind != "hello" or reply.version != version:
            return found
        if reply.suite not in left:
            raise ValueError(f"chose {reply.suite:#06x}, which was not offered")
        found.add(reply.suite)
        left.remove(reply.suite)
    return found
