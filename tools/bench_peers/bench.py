"""One run of tools/bench: install, build the responder, measure every contender in every round, print."""

import argparse
import json
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile

import contenders
import handshakes
import measure
import report
import tokens
import verification

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = pathlib.Path(__file__).resolve().parent
PROGRAMS = {"wrk": "wrk", "nginx": "nginx", "haproxy": "haproxy", "g++": "g++", "openssl": "openssl"}
LIBRARIES = {"/usr/include/openssl/ssl.h": "libssl-dev"}

sys.path.insert(0, str(ROOT / "tests/support"))
import certificates  # noqa: E402


def main(arguments, manual):
    options = parse(arguments, manual)
    if options.list:
        print("\n".join([*(c.name for c in contenders.ALL), handshakes.NAME, handshakes.BESIDE_NAME]))
        return 0
    raise_descriptor_limit()
    install_missing()
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    chosen = choose(options)
    with_verification = options.verify or not options.only
    tokens.make({c.tokens.kind for c in chosen if c.tokens}, jwts=with_verification)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="postern-bench-"))
    results = {c.name: [] for c in chosen}
    try:
        bench = measure.Bench(folder, build(folder, "responder"), make_certificates(folder), options)
        for number in range(options.rounds):
            for contender in chosen:
                result = bench.run(contender)
                results[contender.name].append(result)
                say(f"round {number + 1}/{options.rounds}: {contender.name}: {report.one_line(result)}")
        shaken = shake_hands(bench, options)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    verifications = verification.measure(options) if with_verification else None
    print(report.page(results, shaken, verifications, options))
    if options.json:
        costs = [{"kind": kind, "key": key, **found} for (kind, key), found in shaken.get("costs", {}).items()]
        figures = {"contenders": results, "handshakes": costs, "beside_handshakes": shaken.get("beside", {})}
        figures["verifications_per_s"] = verifications
        pathlib.Path(options.json).write_text(json.dumps(figures, indent=1) + "\n")
    return 1 if any(r["failed_requests"] for rounds in results.values() for r in rounds) else 0


def parse(arguments, manual):
    parser = argparse.ArgumentParser(
        prog="tools/bench", description=manual, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="1 round of 2 s")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--verify", action="store_true")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--json", help="every figure of every round, to this file")
    parser.add_argument("--binary", default=str(ROOT / "build/release/postern"))
    parser.add_argument("--port-base", type=int, default=18300)
    parser.add_argument("--proxy-cpu", type=int, default=0, help="where the proxy runs")
    parser.add_argument("--load-cpu", type=int, default=1, help="where wrk and the responder run")
    options = parser.parse_args(arguments)
    options.rounds = options.rounds or (1 if options.quick else 3)
    options.seconds = options.seconds or (2 if options.quick else 3)
    cpus = sorted(os.sched_getaffinity(0))
    if options.proxy_cpu not in cpus or options.load_cpu not in cpus:
        options.proxy_cpu, options.load_cpu = cpus[0], cpus[-1]
    return options


def choose(options):
    if options.verify:
        return []
    chosen = contenders.chosen(options.only)
    if not chosen and not any(handshakes.wanted(options.only, n) for n in (handshakes.NAME, handshakes.BESIDE_NAME)):
        sys.exit(f"no contender is called {' or '.join(options.only)}: tools/bench --list")
    if os.access(options.binary, os.X_OK):
        return chosen
    say(f"no program at {options.binary}: Postern is left out")
    return [c for c in chosen if c.binary != "postern"]


def say(text):
    print(f"[bench] {text}", file=sys.stderr, flush=True)


def raise_descriptor_limit():
    """1 000 connections to the proxy are 2 000 descriptors in it at worst."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted_limit = 65536 if most == resource.RLIM_INFINITY else min(65536, most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted_limit, most))


def install_missing():
    search = os.environ["PATH"] + ":/usr/sbin:/sbin"
    missing = [package for name, package in PROGRAMS.items() if not shutil.which(name, path=search)]
    missing += [package for file, package in LIBRARIES.items() if not os.path.exists(file)]
    if not missing:
        return
    say(f"installing {', '.join(missing)}")
    root = [] if os.geteuid() == 0 else ["sudo"]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-q"], ["install", "-y", "-q", "--no-install-recommends", *missing]):
        done = subprocess.run([*root, "apt-get", *command], env=environment, capture_output=True)
        if done.returncode:
            sys.exit(f"apt-get {command[0]} failed:\n{done.stderr.decode()}\nInstall by hand: {missing}")
    # Debian starts what it installs. What was not there before shall not run as a service now.
    if shutil.which("systemctl"):
        for service in {"nginx", "haproxy"} & set(missing):
            subprocess.run([*root, "systemctl", "disable", "--now", service], capture_output=True)


def build(folder, name, *libraries):
    program = folder / name
    source = HERE / f"{name}.cpp"
    subprocess.run(["g++", "-std=c++20", "-O2", "-o", str(program), str(source), *libraries], check=True)
    return program


def make_certificates(folder):
    root = certificates.Authority(folder / "certificates", "root")
    return {key: root.issue(key, names=["gateway.test"], key=key) for key in handshakes.KEYS}


def shake_hands(bench, options):
    """What is asked for of the two measurements of handshakes."""
    if options.verify:
        return {}
    proxies = dict(handshakes.PROXIES)
    if not os.access(options.binary, os.X_OK):
        del proxies["Postern"]
    program = build(bench.folder, "handshakes", "-lssl", "-lcrypto")
    measured = handshakes.Handshakes(bench, program, proxies, say)
    found = {}
    if handshakes.wanted(options.only, handshakes.NAME):
        found["costs"] = measured.costs()
    if handshakes.wanted(options.only, handshakes.BESIDE_NAME):
        found["beside"] = measured.beside()
    return found
