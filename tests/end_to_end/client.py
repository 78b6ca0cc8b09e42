"""A plain HTTP client for tests: sends exactly the header lines it is given, reads one answer.

In: an address and what to send. Out: an Answer. Never: follows, retries, or adds a header of its own but Host and
Content-Length.
"""

import http.client
import json
import socket
import time


class Answer:
    def __init__(self, response, body, seconds):
        self.status = response.status
        self.headers = response.msg
        self.body = body
        self.seconds = seconds

    def json(self):
        return json.loads(self.body)

    def seen(self, name):
        """The values of a header as the upstream received it."""
        return [value for key, value in self.json()["headers"] if key.lower() == name.lower()]

    def __repr__(self):
        return f"<{self.status} {dict(self.headers)} {self.body[:300]!r}>"


def bearer(token):
    return ("Authorization", f"Bearer {token}")


def send(connection, target, headers=(), method="GET", body=None):
    """Sends a request on an http.client connection, header lines as given."""
    connection.putrequest(method, target, skip_accept_encoding=True)
    if body is not None:
        connection.putheader("Content-Length", str(len(body)))
    for name, value in headers:
        connection.putheader(name, value)
    connection.endheaders(body)


def request(port, target, *headers, method="GET", body=None, timeout=20):
    """One request on a connection of its own."""
    started = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        send(connection, target, headers, method, body)
        response = connection.getresponse()
        return Answer(response, response.read(), time.monotonic() - started)
    finally:
        connection.close()


def together(port, count, target, *headers, timeout=30):
    """`count` requests sent before the first answer is read, each on a connection of its own."""
    head = "".join(f"{name}: {value}\r\n" for name, value in headers)
    wire = f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n{head}\r\n".encode()
    sockets = []
    started = time.monotonic()
    try:
        for _ in range(count):
            sockets.append(socket.create_connection(("127.0.0.1", port), timeout=timeout))
        for each in sockets:
            each.sendall(wire)
        answers = []
        for each in sockets:
            response = http.client.HTTPResponse(each)
            response.begin()
            answers.append(Answer(response, response.read(), time.monotonic() - started))
        return answers
    finally:
        for each in sockets:
            each.close()


def until(condition, timeout=10, every=0.02):
    """Waits for a condition; returns its last value."""
    end = time.monotonic() + timeout
    while True:
        value = condition()
        if value or time.monotonic() > end:
            return value
        time.sleep(every)
