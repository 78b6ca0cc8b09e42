"""A connection with TLS that looks like a plain one: what a Conversation does with a socket, in records.

One record per send, so that a byte at a time is a byte per record. The end of our direction is a close_notify, and an
end without one is no end (OSError), since anybody may have cut it.
"""

import contextlib
import ssl

NAME = "gw"
RECORD_BYTES = 16384


class Address(tuple):
    """(host, port) of a gateway that speaks TLS; `trusting` is the client's context."""

    trusting = None


class TlsStream:
    """Records wait in memory, so that nothing is read while something is written."""

    def __init__(self, stream, trusting):
        self.stream = stream
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = trusting.wrap_bio(self.incoming, self.outgoing, server_hostname=NAME)
        self.unsent = b""
        stream.settimeout(5)
        while True:
            try:
                self.tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                stream.sendall(self.outgoing.read())
                self._feed()
        stream.sendall(self.outgoing.read())
        stream.setblocking(False)

    def __getattr__(self, name):
        return getattr(self.stream, name)

    def _feed(self, limit=1 << 16):
        data = self.stream.recv(limit)
        if data:
            self.incoming.write(data)
        else:
            self.incoming.write_eof()

    def _flush(self):
        """BlockingIOError while the kernel takes no more."""
        self.unsent += self.outgoing.read()
        while self.unsent:
            self.unsent = self.unsent[self.stream.send(self.unsent) :]

    def send(self, data):
        self._flush()
        count = self.tls.write(data[:RECORD_BYTES])
        with contextlib.suppress(BlockingIOError):
            self._flush()
        return count

    def sendall(self, data):
        while data:
            data = data[self.send(data) :]

    def recv(self, limit):
        """All that has come, up to the limit: select() sees no bytes that are here already."""
        data = b""
        while len(data) < limit:
            try:
                more = self.tls.read(limit - len(data))
                if not more:
                    return data  # A close_notify.
                data += more
            except ssl.SSLWantReadError:
                try:
                    self._feed(min(limit, 1 << 16))
                except BlockingIOError:
                    break
            except OSError:
                if data:
                    return data  # It is met again by the next call.
                raise
        if not data:
            raise BlockingIOError
        return data

    def shutdown(self, _):
        with contextlib.suppress(ssl.SSLWantReadError):
            self.tls.unwrap()
        self._flush()


def connect(stream, address):
    """`stream`, with TLS if the address has it."""
    trusting = getattr(address, "trusting", None)
    return TlsStream(stream, trusting) if trusting else stream
