"""A connection with TLS that looks like a plain one: what a Conversation does with a socket, in records.

One record per send, so that a byte at a time is a byte per record. The end of our direction is a close_notify, and an
end without one is no end (OSError), since anybody may have cut it.
"""

import ssl

NAME = "gw"


class Address(tuple):
    """(host, port) of a gateway that speaks TLS; `trusting` is the client's context."""

    trusting = None


class TlsStream:
    def __init__(self, stream, trusting):
        stream.settimeout(5)
        self.tls = trusting.wrap_socket(stream, server_hostname=NAME, suppress_ragged_eofs=False)
        self.tls.setblocking(False)

    def __getattr__(self, name):
        return getattr(self.tls, name)

    def send(self, data):
        try:
            return self.tls.send(data)
        except (ssl.SSLWantWriteError, ssl.SSLWantReadError):
            raise BlockingIOError from None

    def recv(self, limit):
        """All that has come, up to the limit: select() sees no bytes that OpenSSL holds already."""
        data = b""
        while len(data) < limit:
            try:
                more = self.tls.recv(limit - len(data))
            except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
                break
            except OSError:
                if data:
                    return data  # Met again by the next call.
                raise
            if not more:
                return data
            data += more
        if not data:
            raise BlockingIOError
        return data

    def shutdown(self, _):
        """Nothing more comes from us; what the gateway has to say is still read."""
        try:
            self.tls._sslobj.shutdown()  # unwrap() would give the socket up.
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            pass


def connect(stream, address):
    """`stream`, with TLS if the address has it."""
    trusting = getattr(address, "trusting", None)
    return TlsStream(stream, trusting) if trusting else stream
