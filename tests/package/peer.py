#!/usr/bin/env python3
"""What stands behind and beside the gateway in a machine: an application, and a provider that knows one secret.

    peer.py PORT

POST /introspect: what a provider says about a token, to whoever authenticates as gateway:opensesame. Whatever else there
is: 200, and the subject that the gateway found.
"""

import base64
import http.server
import json
import sys

CREDENTIALS = "Basic " + base64.b64encode(b"gateway:opensesame").decode()


class Peer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, kind, text):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.answer(200, "text/plain", f"the application; subject {self.headers.get('X-Subject')}\n")

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path != "/introspect":
            self.do_GET()
        elif self.headers.get("Authorization") != CREDENTIALS:
            self.answer(401, "application/json", "{}")
        else:
            facts = {"active": True, "scope": "read", "sub": "alice", "iss": f"http://localhost:{sys.argv[1]}"}
            self.answer(200, "application/json", json.dumps(facts))

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Peer).serve_forever()
