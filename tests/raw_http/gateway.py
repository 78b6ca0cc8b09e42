"""The program under test: started with a configuration, watched, stopped.

In: a configuration and ports. Out: a running gateway's address, its resident memory, what it said when it died.
"""

import json
import os
import pathlib
import signal
import socket
import subprocess
import time


class NotStarted(Exception):
    pass


def free_port(first, last):
    """The first port of the range that nobody holds."""
    for port in range(first, last + 1):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise NotStarted(f"no free port from {first} to {last}")


class Process:
    """A program that listens on a port."""

    def __init__(self, command, folder, port):
        self.log = pathlib.Path(folder) / "log.txt"
        self.address = ("127.0.0.1", port)
        self.log_file = open(self.log, "wb")
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=self.log_file, stderr=subprocess.STDOUT
        )
        self._await_listening()

    def _await_listening(self):
        limit = time.monotonic() + 10
        while time.monotonic() < limit:
            if self.process.poll() is not None:
                raise NotStarted(f"ended with {self.process.returncode}: {self.tail()}")
            try:
                socket.create_connection(self.address, 1).close()
                return
            except OSError:
                time.sleep(0.02)
        raise NotStarted(f"does not listen: {self.tail()}")

    def tail(self, characters=2000):
        return self.log.read_text("utf-8", "replace")[-characters:]

    @property
    def alive(self):
        return self.process.poll() is None

    def resident_kib(self):
        try:
            status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        except OSError:
            return 0
        for line in status.splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
        return 0

    def stop(self):
        """What went wrong with the process itself; empty if nothing did."""
        if not self.alive:
            return f"died with {self.process.returncode}: {self.tail()}"
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return "did not end within 10 s of SIGTERM"
        log = self.log.read_text("utf-8", "replace")
        for mark in ("AddressSanitizer", "runtime error:", "LeakSanitizer"):
            if mark in log:
                return f"{mark} in {self.log}: {log[log.index(mark):][:2000]}"
        return f"ended with {code}: {self.tail()}" if code else ""


def start_postern(binary, configuration, folder, port, wrapper=()):
    path = pathlib.Path(folder) / "config.json"
    path.write_text(json.dumps(configuration, indent=1))
    return Process([*wrapper, str(binary), "run", "--config", str(path)], folder, port)


NGINX = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log crit; user root;
events {{ worker_connections 256; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  client_header_timeout 3s; client_body_timeout 2s; send_timeout 2s;
  server {{
    listen 127.0.0.1:{port};
    location / {{ proxy_pass http://127.0.0.1:{upstream}; }}
  }}
}}
"""


def start_nginx(folder, port, upstream):
    """nginx as a plain proxy: the yardstick of `seen.json`, and the proof that this harness sees violations."""
    path = pathlib.Path(folder) / "nginx.conf"
    path.write_text(NGINX.format(folder=folder, port=port, upstream=upstream))
    nginx = next(p for p in ("/usr/sbin/nginx", "/usr/bin/nginx", "nginx") if os.path.exists(p))
    return Process([nginx, "-c", str(path), "-p", str(folder)], folder, port)
