"""A TLS client of which a test decides, byte by byte, what is sent: cut, delayed, changed, or left out.

In: OpenSSL's records, held back in memory. Out: what a test lets through. Never: a byte sent unasked.
"""

import socket
import ssl
import struct

from client_hello import read_exactly
from tls_client import NAME


class Closed(Exception):
    """The peer has closed the connection, or reset it."""


class Wire:
    """`shape`: called with the bytes that would be sent; gives pieces that are sent one by one, each in its own segment."""

    def __init__(self, port, trusting, name=NAME, shape=None, timeout=10, receive_bytes=65536):
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = trusting.wrap_bio(self.incoming, self.outgoing, server_hostname=name)
        self.stream = socket.create_connection(("127.0.0.1", port), timeout)
        self.stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.shape = shape or (lambda data: [data])
        self.receive_bytes = receive_bytes
        self.sent, self.received = 0, b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Without a close_notify."""
        self.stream.close()

    def reset(self):
        """With a RST."""
        self.stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.stream.close()

    def flush(self):
        data = self.outgoing.read()
        for piece in self.shape(data) if data else ():
            self.send(piece)

    def send(self, data):
        """Raw bytes, as they are."""
        try:
            self.stream.sendall(data)
        except (BrokenPipeError, ConnectionResetError) as error:
            raise Closed from error
        self.sent += len(data)

    def receive(self):
        try:
            data = self.stream.recv(self.receive_bytes)
        except ConnectionResetError as error:
            raise Closed from error
        if not data:
            raise Closed
        self.received += data
        self.incoming.write(data)

    def _do(self, action, *arguments):
        while True:
            try:
                result = action(*arguments)
                self.flush()
                return result
            except ssl.SSLWantReadError:
                self.flush()
                self.receive()

    def handshake(self):
        self._do(self.tls.do_handshake)
        return self

    def write(self, data):
        return self._do(self.tls.write, data)

    def records(self, data):
        """The records of these bytes, which are not sent."""
        self.tls.write(data)
        return self.outgoing.read()

    def read(self, count=65536):
        """Some bytes; b"" after a close_notify."""
        return self._do(self.tls.read, count)

    def answer(self, target="/api/", more=""):
        """The status of one request on this connection, which is kept."""
        self.write(f"GET {target} HTTP/1.1\r\nHost: {NAME}\r\n{more}\r\n".encode())
        return self.answered()

    def answered(self):
        data = b""
        while b"\r\n\r\n" not in data:
            data += self.read(4096) or self._ended()
        head, body = data.split(b"\r\n\r\n", 1)
        length = next((int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), None)
        while length is not None and len(body) < length:
            body += self.read(4096) or self._ended()
        while length is None and not body.endswith(b"0\r\n\r\n"):
            body += self.read(4096) or self._ended()
        return int(head.split(b" ")[1])

    @staticmethod
    def _ended():
        raise Closed


def how_it_ended(stream):
    """What a peer of whom nothing more is wanted says last: the alert's number if it is in the clear, "closed", or "open"."""
    try:
        head = read_exactly(stream, 5)
        while len(head) == 5:
            payload = read_exactly(stream, struct.unpack(">H", head[3:])[0])
            if head[0] == 21 and len(payload) == 2:
                return payload[1]
            head = read_exactly(stream, 5)
        return "closed"
    except TimeoutError:
        return "open"
    except ConnectionResetError:
        return "closed"
