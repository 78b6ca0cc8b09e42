"""Misbehaviour that needs more than an answer: a provider that is not there, that resets, that moves to another address."""

import socket
import time

import nameserver
import wire
from messages import answers_in, finals_of
from peer import with_length
from provider_checks import LATE_S, check, check_next
from provider_script import answer_well, complete_claims


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
