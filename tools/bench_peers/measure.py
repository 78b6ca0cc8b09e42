"""Starts one contender, loads it, and reads what it cost: rate and latency from wrk, time and memory from /proc."""

import contextlib
import os
import pathlib
import re
import shutil
import signal
import socket
import ssl
import subprocess
import time

import contenders

HERE = pathlib.Path(__file__).resolve().parent
CONNECTIONS = 64
BODY_BYTES = 1024
UNVERIFIED = ssl._create_unverified_context()
TICKS_PER_S = os.sysconf("SC_CLK_TCK")


class Bench:
    """The fixed surroundings of a run: responder, ports, CPUs."""

    def __init__(self, folder, responder, certificates, options):
        self.folder, self.responder, self.certificates, self.options = folder, responder, certificates, options
        self.port, self.upstream, self.provider = (options.port_base + i for i in range(3))

    def run(self, contender):
        """Every figure of one round of one contender."""
        with self.started(contender) as proxy:
            return self._measure(contender, proxy)

    @contextlib.contextmanager
    def started(self, contender):
        """The contender's process, freshly started, with upstream and provider. None: no proxy."""
        place_folder = self.folder / "place"
        shutil.rmtree(place_folder, ignore_errors=True)
        place_folder.mkdir()
        certificate = self.certificates[contender.key] if contender.key else None
        place = contenders.Place(
            place_folder, self.port, self.upstream, self.provider, self.options.binary, certificate
        )
        upstream = self._start([self.responder, self.upstream, "body", BODY_BYTES], self.upstream)
        provider = self._start([self.responder, self.provider, "introspection"], self.provider)
        proxy = None
        try:
            if contender.prepare:
                command = contender.prepare(place)
                proxy = self._start(command, self.port, cpu=self.options.proxy_cpu)
            yield proxy
        finally:
            for process in (proxy, upstream, provider):
                stop(process)

    def _start(self, command, port, cpu=None):
        cpu = self.options.load_cpu if cpu is None else cpu
        command = ["taskset", "-c", str(cpu), *map(str, command)]
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        limit = time.monotonic() + 10
        while time.monotonic() < limit:
            if process.poll() is not None:
                raise SystemExit(f"{command} ended: {process.stderr.read().decode()}")
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return process
            except OSError:
                time.sleep(0.02)
        raise SystemExit(f"{command} does not listen on {port}")

    def _measure(self, contender, proxy):
        result = {"contender": contender.name}
        if proxy:
            time.sleep(0.5)
            result["idle"] = memory(proxy.pid)
            result["per_connection_bytes"] = self._bytes_per_idle_connection(contender, proxy)
        self.load(contender, contender.warm_up_s, warm_up=True)
        before = cpu_seconds(proxy.pid) if proxy else 0
        load = self.load(contender, self.options.seconds)
        spent = cpu_seconds(proxy.pid) - before if proxy else 0
        result.update(load)
        if proxy:
            result["cpu_us"] = spent / load["requests"] * 1e6
            result["loaded"] = memory(proxy.pid)
        return result

    def load(self, contender, seconds, warm_up=False, connections=CONNECTIONS):
        """A warm-up sends the tokens in turn, so that none that the cache can hold is left to the measured part."""
        port = self.port if contender.prepare else self.upstream
        scheme = "https" if contender.key else "http"
        command = ["taskset", "-c", str(self.options.load_cpu), "wrk", "-t1", f"-c{connections}"]
        command += [f"-d{max(1, round(seconds))}s", "--latency", f"{scheme}://127.0.0.1:{port}{contender.path}"]
        draw, environment = contender.tokens, dict(os.environ)
        if draw and draw.hot:
            command += ["-H", f"Authorization: Bearer {draw.first()}"]
        elif draw:
            command += ["-s", str(HERE / "tokens.lua")]
            environment |= {"TOKENS_FILE": str(draw.file), "TOKENS": str(draw.count)}
            environment["TOKENS_IN_TURN"] = str(int(draw.in_turn or warm_up))
        done = subprocess.run(command, capture_output=True, text=True, env=environment)
        return read_wrk(done.stdout + done.stderr)

    def _bytes_per_idle_connection(self, contender, proxy):
        """Clients that sent one request each and now keep their connections, opened one after the other.

        So no more than one is ever busy, and what grows is what an idle connection keeps.
        """
        streams = []
        try:
            for at in range(contender.idle + 10):
                if at == 10:
                    time.sleep(0.2)  # The first ten pay for what is touched once.
                    before = memory(proxy.pid)["rss_kib"]
                streams.append(self._one_idle(contender))
            time.sleep(0.3)
            held = sum(still_open(stream) for stream in streams)
            if held < len(streams):
                return None  # The proxy closed some: the figure would flatter it.
            return (memory(proxy.pid)["rss_kib"] - before) * 1024 / contender.idle
        finally:
            for stream in streams:
                stream.close()
            time.sleep(0.3)

    def _one_idle(self, contender):
        stream = socket.create_connection(("127.0.0.1", self.port), 5)
        if contender.key:
            stream = UNVERIFIED.wrap_socket(stream)
        lines = [f"GET {contender.path} HTTP/1.1", "Host: bench"]
        if contender.tokens:
            lines.append(f"Authorization: Bearer {contender.tokens.first()}")
        stream.sendall("\r\n".join([*lines, "", ""]).encode())
        received = b""
        while len(received.partition(b"\r\n\r\n")[2]) < BODY_BYTES:
            data = stream.recv(65536)
            if not data:
                raise SystemExit(f"{contender.name} answers {received[:200]!r}")
            received += data
            if b" 200 " not in received[:20]:
                raise SystemExit(f"{contender.name} answers {received[:200]!r}")
        return stream


def still_open(stream):
    """Nothing to read, and so no end either. (One that speaks TLS reads, but nobody reads after it.)"""
    stream.setblocking(False)
    try:
        return stream.recv(1) != b""
    except (BlockingIOError, ssl.SSLWantReadError):
        return True
    except OSError:
        return False


def stop(process):
    if process is None or process.poll() is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


# /proc


def family(pid):
    """The process and all its descendants: nginx's workers are children of its master."""
    parents = {}
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                parents[int(entry.name)] = int(fields[1])
            except (OSError, IndexError):
                continue
    members = {pid}
    while more := {p for p, parent in parents.items() if parent in members} - members:
        members |= more
    return members


def cpu_seconds(pid):
    """utime + stime of all processes and all their threads."""
    total = 0
    for member in family(pid):
        try:
            fields = pathlib.Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += int(fields[11]) + int(fields[12])
    return total / TICKS_PER_S


def memory(pid):
    """Resident memory of all processes: RSS counts pages shared by two of them twice, PSS once."""
    total = {"rss_kib": 0, "pss_kib": 0}
    for member in family(pid):
        try:
            text = pathlib.Path(f"/proc/{member}/smaps_rollup").read_text()
        except OSError:
            continue
        for key, name in (("rss_kib", "Rss"), ("pss_kib", "Pss")):
            total[key] += int(re.search(rf"^{name}:\s+(\d+) kB", text, re.MULTILINE)[1])
    return total


# wrk


def read_wrk(text):
    total = re.search(r"(\d+) requests in ([\d.]+)(m?s|m)", text)
    if not total:
        raise SystemExit(f"wrk said:\n{text}")
    requests = int(total[1])
    seconds = seconds_of(total[2] + total[3])
    wrong = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
    failed = int(wrong[1]) if wrong else 0
    failed += sum(map(int, errors.groups())) if errors else 0
    return {
        "requests": requests,
        "per_s": requests / seconds,
        "p50_us": seconds_of(percentile(text, 50)) * 1e6,
        "p99_us": seconds_of(percentile(text, 99)) * 1e6,
        "failed_requests": failed,
    }


def percentile(text, percent):
    """The line of the latency distribution: `     50%  541.00us`, and not a share such as 97.50% elsewhere."""
    return re.search(rf"^\s+{percent}%\s+(\S+)", text, re.MULTILINE)[1]


def seconds_of(text):
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s|m)", text).groups()
    return float(number) * {"us": 1e-6, "ms": 1e-3, "s": 1, "m": 60}[unit]
