"""A server that records what reaches it: the upstream and the identity provider of these runs.

In: a function that answers. Out: per connection and in order, every request, whole or not. Never: a guess;
what is not a well-formed request is recorded as malformed, because a gateway must never send that.
"""

import dataclasses
import select
import socket
import threading
import time

import wire
from messages import Malformed, Message, RequestReader


@dataclasses.dataclass
class Seen:
    """One request as it arrived."""

    request: Message
    connection: int
    peer: str  # Name of the server it reached.
    malformed: str = ""
    ended: bool = False  # Its connection has ended (by the gateway, or by us where the script says so).

    @property
    def complete(self):
        return self.request.complete and not self.malformed


class Connection:
    """One accepted connection, in its own thread."""

    def __init__(self, peer, stream, number):
        self.peer, self.stream, self.number = peer, stream, number
        self.reader = RequestReader()
        self.ended = threading.Event()  # The gateway closed or reset it.
        self.requests = 0
        self.tunnel = None  # A function that gets the bytes after a 101.
        self.muted = False  # Nothing further is answered.
        self.early = None  # Called once a head is there, before its body.

    def run(self):
        try:
            while True:
                data = self.stream.recv(1 << 16)
                if not data:
                    break
                if self.tunnel:
                    self.tunnel(self, data)
                    continue
                self._feed(data)
        except OSError:
            pass
        finally:
            self.ended.set()
            self.peer.forget(self)
            try:
                self.stream.close()
            except OSError:
                pass

    def _feed(self, data):
        before = self.reader.request
        try:
            done = self.reader.feed(data)
        except Malformed as fault:
            self.peer.note(Seen(Message(start_line=str(fault)), self.number, self.peer.name, str(fault)))
            self.close()
            return
        for request in done:
            self.requests += 1
            self.peer.note(Seen(request, self.number, self.peer.name))
            if not self.muted:
                self.peer.answer(request, self)
        begun = self.reader.request
        if begun and begun is not before and self.peer.answer_early and not self.muted:
            self.peer.answer_early(begun, self)

    def send(self, data):
        """False once the gateway has closed."""
        try:
            self.stream.sendall(data)
            return True
        except OSError:
            return False

    def finish_sending(self):
        self.muted = True
        try:
            self.stream.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def close(self):
        self.muted = True
        try:
            self.stream.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def reset(self):
        self.muted = True
        # The thread that reads holds the descriptor too: shutdown() would send FIN first, so only linger
        # and close, from that same thread.
        wire.abort(self.stream)

    def hold(self, seconds):
        """Waits, but no longer than the gateway does. True if the gateway gave up."""
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            readable = select.select([self.stream], [], [], 0.05)[0]
            if readable:
                try:
                    if not self.stream.recv(1 << 16, socket.MSG_PEEK):
                        return True
                except OSError:
                    return True
        return False


class Peer:
    """A listening server. `answer(request, connection)` runs in the connection's thread."""

    def __init__(self, name, answer, port=0, listen=True):
        self.name, self.answer, self.answer_early = name, answer, None
        self.accepting = None  # Called with each new Connection before it is read.
        self.lock = threading.Lock()
        self.seen, self.connections, self.accepted = [], {}, 0
        self.listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind(("127.0.0.1", port))
        self.port = self.listener.getsockname()[1]
        self.listening = False
        if listen:
            self.listen()

    def listen(self):
        if self.listening:
            return
        self.listening = True
        self.listener.listen(512)
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                stream, _ = self.listener.accept()
            except OSError:
                return
            stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self.lock:
                self.accepted += 1
                connection = Connection(self, stream, self.accepted)
                self.connections[connection.number] = connection
            if self.accepting:
                self.accepting(connection)
            threading.Thread(target=connection.run, daemon=True).start()

    def note(self, seen):
        with self.lock:
            self.seen.append(seen)

    def forget(self, connection):
        with self.lock:
            unfinished = connection.reader.unfinished
            if unfinished and not connection.muted:
                self.seen.append(Seen(unfinished, connection.number, self.name, ended=True))
            self.connections.pop(connection.number, None)

    def begin(self):
        """Forgets what was seen so far."""
        with self.lock:
            self.seen = []

    def requests(self):
        """What was seen since begin(), what is still arriving last."""
        with self.lock:
            seen = list(self.seen)
            for connection in self.connections.values():
                unfinished = connection.reader.unfinished
                if unfinished and not connection.muted:
                    seen.append(Seen(unfinished, connection.number, self.name))
            return seen

    def await_ended(self, numbers, limit_s):
        """Whether all these connections ended in time."""
        limit = time.monotonic() + limit_s
        while time.monotonic() < limit:
            with self.lock:
                if not any(number in self.connections for number in numbers):
                    return True
            time.sleep(0.01)
        return False

    def open_connections(self):
        with self.lock:
            return sorted(self.connections)


def with_length(status, body, *fields):
    """An ordinary answer."""
    head = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", *fields]
    return "\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + body
