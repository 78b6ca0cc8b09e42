"""HTTP/1.1 messages as strictly as RFC 9112 allows: what the gateway wrote, to a client or to an upstream.

A gateway's own output has no excuse, so everything that is not exactly right is `Malformed`.
"""

import dataclasses
import re

FIELD_LINE = re.compile(rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*(.*?)[ \t]*", re.DOTALL)
FIELD_VALUE = re.compile(rb"[\t\x20-\x7e\x80-\xff]*")
STATUS_LINE = re.compile(rb"HTTP/1\.[01] ([1-9][0-9][0-9]) ([\t\x20-\x7e\x80-\xff]*)")
REQUEST_LINE = re.compile(rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]+) ([\x21-\x7e]+) HTTP/1\.[01]")
BODY_KEPT_BYTES = 1 << 20  # Of a body, for comparison; the rest is only counted.
CHUNK_LINE = re.compile(rb"([0-9A-Fa-f]{1,16})(;[\t\x20-\x7e\x80-\xff]*)?")


class Malformed(Exception):
    pass


@dataclasses.dataclass
class Message:
    """A request or an answer. `complete`: all of it arrived, framing included."""

    start_line: str = ""
    fields: list = dataclasses.field(default_factory=list)  # (name, value), as written
    body: bytes = b""
    body_length: int = 0
    trailers: list = dataclasses.field(default_factory=list)
    complete: bool = False
    framing: str = "none"  # none | length | chunked | close
    status: int = 0
    method: str = ""
    target: str = ""

    def values(self, name):
        return [value for field, value in self.fields if field.lower() == name.lower()]

    def lines(self):
        """Start line and `name: value` lines, lower case, as `never_seen` compares them."""
        return [self.start_line.lower()] + [f"{n}: {v}".lower() for n, v in self.fields]


class Cursor:
    """Reads from bytes that may still be growing: `None` means that more must come first."""

    def __init__(self, data):
        self.data = data
        self.at = 0

    def line(self):
        end = self.data.find(b"\n", self.at)
        if end < 0:
            return None
        line = bytes(self.data[self.at : end + 1])
        if not line.endswith(b"\r\n"):
            raise Malformed(f"line not ended by CRLF: {line[:80]!r}")
        self.at = end + 1
        return line[:-2]

    def fields(self):
        found = []
        while True:
            line = self.line()
            if line is None:
                return None
            if not line:
                return found
            match = FIELD_LINE.fullmatch(line)
            if not match or not FIELD_VALUE.fullmatch(match[2]):
                raise Malformed(f"field line {line[:80]!r}")
            found.append((match[1].decode("latin-1"), match[2].decode("latin-1")))

    def take(self, count):
        taken = bytes(self.data[self.at : self.at + count])
        self.at += len(taken)
        return taken


class Body:
    """Reads one body from a cursor, resuming where the bytes ran out, so that growing data is read once."""

    def __init__(self, message, framing, length):
        self.message = message
        self.framing = framing
        self.left = length
        self.stage = "line"  # of a chunked body: line | data | end | trailers

    def read(self, cursor):
        """Whether the body is complete."""
        if self.framing == "none":
            return True
        if self.framing == "close":
            self._take(cursor, len(cursor.data) - cursor.at)
            return False  # Only the caller knows whether the connection ended.
        if self.framing == "length":
            self._take(cursor, self.left)
            return self.left == 0
        return self._read_chunks(cursor)

    def _read_chunks(self, cursor):
        while True:
            if self.stage == "line":
                line = cursor.line()
                if line is None:
                    return False
                match = CHUNK_LINE.fullmatch(line)
                if not match:
                    raise Malformed(f"chunk line {line[:80]!r}")
                self.left = int(match[1], 16)
                self.stage = "data" if self.left else "trailers"
            elif self.stage == "data":
                self._take(cursor, self.left)
                if self.left:
                    return False
                self.stage = "end"
            elif self.stage == "end":
                if len(cursor.data) - cursor.at < 2:
                    return False
                if cursor.take(2) != b"\r\n":
                    raise Malformed("chunk data not followed by CRLF")
                self.stage = "line"
            else:
                began = cursor.at
                trailers = cursor.fields()
                if trailers is None:
                    cursor.at = began
                    return False
                self.message.trailers = trailers
                return True

    def _take(self, cursor, count):
        taken = cursor.take(count)
        self.left -= len(taken)
        self.message.body_length += len(taken)
        if len(self.message.body) < BODY_KEPT_BYTES:
            self.message.body += taken[: BODY_KEPT_BYTES - len(self.message.body)]


def _framing(message):
    lengths = message.values("content-length")
    codings = message.values("transfer-encoding")
    if codings and lengths:
        raise Malformed("both Content-Length and Transfer-Encoding")
    if codings:
        if [c.lower() for c in codings] != ["chunked"]:
            raise Malformed(f"Transfer-Encoding {codings}")
        return "chunked", 0
    if lengths:
        if len(lengths) > 1 or not re.fullmatch("[0-9]{1,19}", lengths[0]):
            raise Malformed(f"Content-Length {lengths}")
        return "length", int(lengths[0])
    return None, 0


def _head(cursor):
    line = cursor.line()
    if line is None:
        return None
    fields = cursor.fields()
    if fields is None:
        return None
    return Message(start_line=line.decode("latin-1"), fields=fields)


class RequestReader:
    """Requests out of one connection's bytes, in order, while the bytes still come."""

    def __init__(self):
        self.data = bytearray()
        self.cursor = Cursor(self.data)
        self.request = None  # The one being received, once its head is whole.
        self.body = None

    def feed(self, data):
        """The requests completed by `data`."""
        self.data += data
        done = []
        while self.cursor.at < len(self.data) or self.request:
            if self.request is None and not self._start():
                break
            if not self.body.read(self.cursor):
                break
            self.request.complete = True
            done.append(self.request)
            self.request = None
        return done

    @property
    def unfinished(self):
        """A request that has begun and not ended, perhaps in its head; or None."""
        if self.request:
            return self.request
        rest = bytes(self.data[self.cursor.at :])
        return Message(start_line=rest[:200].decode("latin-1")) if rest else None

    def _start(self):
        began = self.cursor.at
        request = _head(self.cursor)
        if request is None:
            self.cursor.at = began
            return False
        match = REQUEST_LINE.fullmatch(request.start_line.encode("latin-1"))
        if not match:
            raise Malformed(f"request line {request.start_line[:80]!r}")
        request.method, request.target = match[1].decode(), match[2].decode()
        framing, length = _framing(request)
        request.framing = framing or "none"
        self.request, self.body = request, Body(request, request.framing, length)
        return True


def answers_in(data, ended, methods=()):
    """All answers in what a client received, interim ones too, in order. A tunnel ends the list.

    `methods`: of the requests in order, as an answer to HEAD has no body; GET where the list ends.
    """
    cursor = Cursor(data)
    answers = []
    finals = 0
    while cursor.at < len(data):
        answer = _head(cursor)
        if answer is None:
            answers.append(Message(start_line=bytes(data[cursor.at :][:80]).decode("latin-1")))
            break
        match = STATUS_LINE.fullmatch(answer.start_line.encode("latin-1"))
        if not match:
            raise Malformed(f"status line {answer.start_line[:80]!r}")
        answer.status = int(match[1])
        answers.append(answer)
        if answer.status == 101:
            answer.complete = True
            answer.body = bytes(data[cursor.at :])
            break
        if answer.status < 200:
            answer.complete = True
            continue
        method = methods[finals] if finals < len(methods) else "GET"
        finals += 1
        framing, length = _framing(answer)
        if method == "HEAD" or answer.status in (204, 304):
            framing = "none"
        answer.framing = framing or "close"
        answer.complete = Body(answer, answer.framing, length).read(cursor)
        if answer.framing == "close":
            answer.complete = ended == "closed"
        if not answer.complete:
            break
    return answers


def finals_of(answers):
    return [a for a in answers if a.status >= 200 or a.status == 101]
