"""The client's side of a conversation, byte by byte: when each byte leaves, what comes back, how it ends.

In: an address and a plan of sends. Out: a Transcript. Never: an HTTP library, which would repair what we
came to break.
"""

import dataclasses
import select
import socket
import struct
import time

import tls_stream

PACED_BYTES = 2000  # Paced longer than this, a large body would take minutes; heads are shorter.
PACE_S = 0.00005  # Long enough that the gateway usually reads one byte at a time.


@dataclasses.dataclass
class Plan:
    """How to send and to read. The defaults are an ordinary client."""

    data: bytes = b""
    segment: int = 0  # Bytes per segment; 0: all at once.
    at_once: int = 0  # This many bytes go first, in one segment.
    byte_every_s: float = 0.0  # Then one byte each time this has passed.
    half_close: bool = False
    reset: bool = False
    read_bytes_per_s: int = 0
    read_slowly_for_s: float = 6.0  # Then the rest is read at full speed, to see how it ended.
    silence_s: float = 1.0
    limit_s: float = 12.0
    expected: int = 0  # Stop waiting once so many bytes came; 0: wait for silence.


@dataclasses.dataclass
class Transcript:
    received: bytes = b""
    ended: str = "silent"  # closed | reset | silent
    seconds: float = 0.0
    sent: int = 0

    @property
    def closed(self):
        return self.ended != "silent"


def connect(address, receive_buffer=0):
    stream = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if receive_buffer:
        stream.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    stream.settimeout(5)
    stream.connect(address)
    stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    stream.setblocking(False)
    return tls_stream.connect(stream, address)


def abort(stream):
    """Closes with RST instead of FIN."""
    try:
        stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    except OSError:
        pass
    stream.close()


class Conversation:
    """One connection. `say` may be called several times; what is received accumulates."""

    def __init__(self, address, receive_buffer=0):
        self.stream = connect(address, receive_buffer)
        self.received = bytearray()
        self.ended = "silent"
        self.sent = 0

    def say(self, plan):
        started = time.monotonic()
        if plan.read_bytes_per_s:
            self._send_all(plan.data)
            self._read_slowly(plan, started)
        elif plan.byte_every_s:
            self._send_all(plan.data[: plan.at_once])
            self._drip(plan, started)
        else:
            self._send_and_read(plan, started)
        if plan.reset:
            abort(self.stream)
            self.ended = "reset"
        return self.transcript(time.monotonic() - started)

    def transcript(self, seconds=0.0):
        return Transcript(bytes(self.received), self.ended, seconds, self.sent)

    def close(self):
        self.stream.close()

    # The three ways to send.

    def _send_and_read(self, plan, started):
        data, at = plan.data, 0
        step = plan.segment or 1 << 16
        sending = True
        last_heard = time.monotonic()  # Or last made progress in sending.
        while True:
            now = time.monotonic()
            if now - started > plan.limit_s or self.ended != "silent":
                return
            if at < len(data) and sending:
                writable = select.select([], [self.stream], [], 0.2)[1]
                if writable:
                    try:
                        at += self.stream.send(data[at : at + step])
                        self.sent = at
                    except BlockingIOError:
                        pass
                    except OSError:
                        sending = False  # Refused while sending: what was answered can still be read.
                    if plan.segment and at < PACED_BYTES:
                        time.sleep(PACE_S)
                if (not plan.segment or at % 64 == 0) and self._read() or writable:
                    last_heard = time.monotonic()
                if now - last_heard > 2 * plan.silence_s:
                    return  # Neither takes our bytes nor says anything.
                continue
            if plan.half_close and sending:
                self.stream.shutdown(socket.SHUT_WR)
                sending = False
            if plan.reset:
                time.sleep(0.15)  # So that the gateway has seen the bytes before the reset.
                return
            if plan.expected and len(self.received) >= plan.expected:
                return
            wait = plan.silence_s - (now - last_heard)
            if wait <= 0:
                return
            if select.select([self.stream], [], [], wait)[0] and self._read():
                last_heard = time.monotonic()

    def _drip(self, plan, started):
        data, at = plan.data, plan.at_once
        due = time.monotonic()
        while time.monotonic() - started < plan.limit_s and self.ended == "silent":
            if at < len(data) and time.monotonic() >= due:
                try:
                    self.stream.send(data[at : at + 1])
                    at += 1
                except OSError:
                    pass
                due += plan.byte_every_s
            if select.select([self.stream], [], [], 0.05)[0]:
                self._read()

    def _read_slowly(self, plan, started):
        while self.ended == "silent" and time.monotonic() - started < plan.read_slowly_for_s:
            time.sleep(0.25)
            self._read(plan.read_bytes_per_s // 4)
        while self.ended == "silent" and time.monotonic() - started < plan.limit_s:
            if select.select([self.stream], [], [], plan.silence_s)[0]:
                self._read()
            else:
                return

    def _send_all(self, data):
        self.stream.setblocking(True)
        self.stream.settimeout(5)
        self.stream.sendall(data)
        self.stream.setblocking(False)
        self.sent = len(data)

    def _read(self, limit=1 << 18):
        """True if something was heard: bytes, or the end."""
        try:
            data = self.stream.recv(limit)
        except BlockingIOError:
            return False
        except OSError:
            self.ended = "reset"
            return True
        if data:
            self.received += data
        else:
            self.ended = "closed"
        return True


def converse(address, plan):
    conversation = Conversation(address, receive_buffer=4096 if plan.read_bytes_per_s else 0)
    try:
        return conversation.say(plan)
    finally:
        if not plan.reset:
            conversation.close()
