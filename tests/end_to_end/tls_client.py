"""TLS clients for tests: Python's for what happens on a connection, and the openssl command for what a person would try.

In: an address, what to trust, whom to present. Out: Answers, and what was negotiated.
Never: an unverified connection, unless a test says so.
"""

import http.client
import re
import socket
import ssl
import subprocess
import time

from client import Answer, send

NAME = "gateway.test"


def context(authority, certificate=None, version=None, suites=None, protocols=("http/1.1",)):
    """A client that trusts `authority` only. `version`: that one only. `suites`: in OpenSSL's words, of TLS 1.2."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.load_verify_locations(authority.file)
    if certificate:
        made.load_cert_chain(certificate.chain_file, certificate.key_file)
    if version:
        made.minimum_version = made.maximum_version = version
    if suites:
        made.set_ciphers(suites)
    if protocols:
        made.set_alpn_protocols(list(protocols))
    return made


class Connection(http.client.HTTPConnection):
    """HTTP over TLS to 127.0.0.1, asking for the certificate of `name`; `session` is one to resume."""

    def __init__(self, port, trusting, name=NAME, session=None, timeout=20):
        super().__init__("127.0.0.1", port, timeout=timeout)
        self.trusting, self.name, self.wanted_session = trusting, name, session

    def connect(self):
        plain = socket.create_connection((self.host, self.port), self.timeout)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            self.sock = self.trusting.wrap_socket(plain, server_hostname=self.name, session=self.wanted_session)
        except BaseException:
            plain.close()
            raise

    def ask(self, target, *headers, method="GET", body=None):
        """One request of several."""
        started = time.monotonic()
        send(self, target, headers, method, body)
        response = self.getresponse()
        return Answer(response, response.read(), time.monotonic() - started)

    def __enter__(self):
        self.connect()
        return self

    def __exit__(self, *_):
        self.close()


def request(port, trusting, target, *headers, method="GET", body=None, **options):
    """One request on a TLS connection of its own."""
    connection = Connection(port, trusting, **options)
    try:
        return connection.ask(target, *headers, method=method, body=body)
    finally:
        connection.close()


def get(target="/", host=NAME):
    """A request's bytes, for s_client."""
    return f"GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()


def s_client(port, *arguments, say=b"", name=NAME, timeout=15):
    """What `openssl s_client` printed, both streams; `say` is sent when the connection stands."""
    command = ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-servername", name, *map(str, arguments)]
    done = subprocess.run(command, input=say, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=timeout)
    return done.stdout.decode("latin-1")


def printed(name, text):
    """The value of a line `name: value` or `name is value` that s_client printed, or None."""
    found = re.search(rf"^\s*{re.escape(name)}(?:\s*:| is)\s*(.*?)\s*$", text, re.MULTILINE)
    return found and found.group(1)


def curl(*arguments, timeout=20):
    done = subprocess.run(["curl", "-sS", *map(str, arguments)], capture_output=True, text=True, timeout=timeout)
    return done.returncode, done.stdout, done.stderr
