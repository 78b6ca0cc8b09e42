"""What an appliance finds at its site: an upstream, a time server, and a server for updates, on this host."""

import http.server
import socketserver
import struct
import threading
import time


class Upstream:
    """Answers every request with what it was asked for."""

    def __init__(self, port):
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                body = f"upstream saw {self.path}".encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class TimeServer:
    """SNTP (RFC 4330), with this host's clock."""

    def __init__(self, port):
        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                question, line = self.request
                now = time.time() + 2_208_988_800  # seconds from 1900 to 1970
                stamp = struct.pack(">II", int(now), int(now % 1 * 2**32))
                head = struct.pack(">BBbbII4s", 0x24, 1, 6, -20, 0, 0, b"TEST")
                line.sendto(head + stamp + question[40:48] + stamp + stamp, self.client_address)

        self.server = socketserver.ThreadingUDPServer(("127.0.0.1", port), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class UpdateServer:
    """Files by name. `stop_after` of a file: so many bytes are sent, and then nothing, though the line stays up."""

    def __init__(self, port):
        self.files, self.stop_after = {}, {}
        self.stopped, self.over = threading.Event(), threading.Event()
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                name = self.path.strip("/")
                data = site.files.get(name)
                if data is None:
                    self.send_error(404)
                    return
                self.send_response(200)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                try:
                    self.wfile.write(data[: site.stop_after.get(name, len(data))])
                    if name in site.stop_after:
                        site.stopped.set()
                        site.over.wait()
                except OSError:
                    pass  # the appliance has seen enough: nothing new, or no more power

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.over.set()
        self.server.shutdown()
        self.server.server_close()
