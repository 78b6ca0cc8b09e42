"""A server that says exactly what a test tells it to: a provider that misbehaves, or one that a table describes.

In: answers by path. Out: those bytes, and the requests that came. Never: HTTP of its own making.
"""

import socket
import threading

MARK = b"\r\n\r\n"


def http(status, body=b"", *fields):
    """An ordinary answer, as bytes."""
    body = body.encode() if isinstance(body, str) else body
    head = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", *fields]
    return "\r\n".join(head).encode() + MARK + body


def json_answer(text, status=200, *fields):
    return http(status, text, "Content-Type: application/json", *fields)


class Request:
    def __init__(self, head, body):
        self.head, self.body = head.decode("latin-1"), body
        self.line, *lines = self.head.split("\r\n")
        self.method, self.target, _ = self.line.split(" ")
        self.fields = [tuple(part.strip() for part in line.split(":", 1)) for line in lines]

    def values(self, name):
        return [value for field, value in self.fields if field.lower() == name.lower()]


class Scripted:
    """`answers`: target → bytes, or function(request, stream) that sends and says whether to go on.
    `otherwise`: the same, for all other targets.

    A connection is kept after bytes with a Content-Length, and closed after any others.
    """

    def __init__(self, answers=None, otherwise=http(404), port=0):
        self.answers, self.otherwise = answers or {}, otherwise
        self.requests = []
        self.listener = socket.create_server(("127.0.0.1", port), backlog=512)
        self.port = self.listener.getsockname()[1]
        self.streams = set()
        threading.Thread(target=self._accept, daemon=True).start()

    def url(self, path=""):
        return f"http://127.0.0.1:{self.port}{path}"

    def asked(self, target):
        """How often it was asked for."""
        return len([request for request in self.requests if request.target == target])

    def stop(self):
        self.listener.close()
        for stream in list(self.streams):
            stream.close()

    def _accept(self):
        while True:
            try:
                stream, _ = self.listener.accept()
            except OSError:
                return
            self.streams.add(stream)
            threading.Thread(target=self._serve, args=(stream,), daemon=True).start()

    def _serve(self, stream):
        try:
            while (request := read_request(stream)) is not None:
                self.requests.append(request)
                if not self._answer(request, stream):
                    break
        except OSError:
            pass
        self.streams.discard(stream)
        stream.close()

    def _answer(self, request, stream):
        answer = self.answers.get(request.target, self.otherwise)
        if callable(answer):
            return answer(request, stream)
        stream.sendall(answer)
        return b"content-length:" in answer.split(MARK)[0].lower()


def read_request(stream):
    """The next request, or None at the connection's end."""
    data = b""
    while MARK not in data:
        more = stream.recv(1 << 16)
        if not more:
            return None
        data += more
    head, body = data.split(MARK, 1)
    request = Request(head, body)
    length = int((request.values("content-length") or ["0"])[0])
    while len(request.body) < length:
        more = stream.recv(1 << 16)
        if not more:
            return None
        request.body += more
    return request
