"""TLS handshakes: what each costs the proxy's whole process, and what they do to requests on open connections."""

import itertools
import statistics
import subprocess

import haproxy
import measure
import nginx
import postern
from contenders import Contender

NAME = "TLS handshakes"
BESIDE_NAME = "TLS requests beside handshakes"

KEYS = {"ec": "ECDSA P-256", "rsa": "RSA 2048"}
KINDS = {
    "full, TLS 1.3": ("1.3", "full"),
    "full, TLS 1.2": ("1.2", "full"),
    "resumed, TLS 1.3": ("1.3", "resumed"),
    "resumed, TLS 1.2 ticket": ("1.2", "resumed"),
}
PROXIES = {"nginx": nginx.plain, "HAProxy": haproxy.plain, "Postern": postern.opaque}
CLIENTS = 8

# Requests that leave the proxy room, so that their p99 says how long they stood behind handshakes.
TRAFFIC_CONNECTIONS = 4
CROWD = 64
BESIDE_KINDS = ("full, TLS 1.3", "resumed, TLS 1.2 ticket")
QUIET = "none"
ADMITTED = (1, 2, 4, 8, 16, 64)


def wanted(words, name):
    return not words or any(word.lower() in name.lower() for word in words)


def contender(name, prepare, key="ec"):
    return Contender(name, prepare, path="/open/x", binary=name.lower(), key=key)


class Handshakes:
    """Both measurements, in as many rounds as the rest of the bench."""

    def __init__(self, bench, program, proxies, say):
        self.bench, self.program, self.proxies, self.say = bench, program, proxies, say

    def costs(self):
        """{(kind, key): {proxy: [round]}}"""
        costs = {place: {name: [] for name in self.proxies} for place in itertools.product(KINDS, KEYS)}
        for number, key, (name, prepare) in itertools.product(
            range(self.bench.options.rounds), KEYS, self.proxies.items()
        ):
            with self.bench.started(contender(name, prepare, key)) as proxy:
                for kind in KINDS:
                    found = self._cost(kind, proxy)
                    costs[kind, key][name].append(found)
                    self.say(
                        f"round {number + 1}: {name}, {KEYS[key]}, {kind}: {found['per_s']:.0f}/s, "
                        f"{found['cpu_ms']:.3f} ms CPU" + (f", {found['failed']} FAILED" if found["failed"] else "")
                    )
        return costs

    def _cost(self, kind, proxy):
        before = measure.cpu_seconds(proxy.pid)
        completed, failed, seconds = self._finish(self._begin(kind, CLIENTS, self.bench.options.seconds))
        spent = measure.cpu_seconds(proxy.pid) - before
        return {
            "per_s": completed / seconds,
            "cpu_ms": spent / completed * 1e3 if completed else float("nan"),
            "failed": failed,
        }

    def beside(self):
        """{who: {QUIET or kind: [round]}}: the load's figures, beside handshakes with what these came to."""
        who = {name: prepare for name, prepare in self.proxies.items() if name == "nginx"}
        if "Postern" in self.proxies:
            who |= {f"Postern, tls_handshakes {n}": postern.admitting(n) for n in ADMITTED}
        found = {name: {kind: [] for kind in (QUIET, *BESIDE_KINDS)} for name in who}
        for number, (name, prepare) in itertools.product(range(self.bench.options.rounds), who.items()):
            beside = contender(name, prepare)
            with self.bench.started(beside):
                found[name][QUIET].append(self._traffic(beside))
                for kind in BESIDE_KINDS:
                    result = self._traffic_beside(kind, beside)
                    found[name][kind].append(result)
                    self.say(f"round {number + 1}: {name}, beside {kind}: p99 {result['p99_us']:.0f} µs")
        return found

    def _traffic_beside(self, kind, who):
        crowd = self._begin(kind, CROWD, self.bench.options.seconds + 1)
        result = self._traffic(who)
        completed, failed, seconds = self._finish(crowd)
        return result | {"handshakes_per_s": completed / seconds, "failed": failed}

    def _traffic(self, who):
        return self.bench.load(who, self.bench.options.seconds, connections=TRAFFIC_CONNECTIONS)

    def _begin(self, kind, clients, seconds):
        # Behind wrk and the upstream on their processor, which else would be what requests wait for.
        command = ["taskset", "-c", self.bench.options.load_cpu, "nice", "-n", 19]
        command += [self.program, self.bench.port, *KINDS[kind], clients]
        return subprocess.Popen([*map(str, command), str(seconds)], stdout=subprocess.PIPE, text=True)

    def _finish(self, process):
        output, _ = process.communicate()
        if process.returncode:
            raise SystemExit(f"{process.args} ended with {process.returncode}")
        completed, failed, seconds = output.split()
        return int(completed), int(failed), float(seconds)


# tables


def cost_table(costs, spread):
    proxies = list(next(iter(costs.values())))
    head = ["handshake", "key", *(f"{name}, ms CPU" for name in proxies), *(f"{name}/s" for name in proxies)]
    if {"nginx", "Postern"} <= set(proxies):
        head.append("Postern of nginx")
    rows = []
    for (kind, key), found in costs.items():
        row = [kind, KEYS[key]]
        row += [spread([r["cpu_ms"] for r in found[name]], 3) + failures(found[name]) for name in proxies]
        row += [spread([r["per_s"] for r in found[name]]) for name in proxies]
        if {"nginx", "Postern"} <= set(proxies):
            ours, theirs = (statistics.median(r["cpu_ms"] for r in found[name]) for name in ("Postern", "nginx"))
            row.append(f"{ours / theirs:.2f}")
        rows.append(row)
    return head, rows


def beside_table(beside, spread):
    head = ["requests on open connections", "p99 µs, no handshakes"]
    for kind in BESIDE_KINDS:
        head += [f"p99 µs beside {kind}", "requests/s", "handshakes/s"]
    rows = []
    for name, found in beside.items():
        row = [name, spread([r["p99_us"] for r in found[QUIET]])]
        for kind in BESIDE_KINDS:
            row += [spread([r[key] for r in found[kind]]) for key in ("p99_us", "per_s", "handshakes_per_s")]
            row[-1] += failures(found[kind])
        rows.append(row)
    return head, rows


def failures(rounds):
    failed = sum(r["failed"] for r in rounds)
    return f", {failed} failed" if failed else ""
