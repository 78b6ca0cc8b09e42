"""The table: medians, with the least and the greatest of the rounds in brackets."""

import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import tempfile

import contenders
import handshakes
import measure


def one_line(result):
    text = f"{result['per_s']:.0f}/s"
    if "cpu_us" in result:
        text += f", {result['cpu_us']:.2f} µs CPU"
    if result["failed_requests"]:
        text += f", {result['failed_requests']} FAILED"
    return text


def spread(values, digits=0):
    if any(value is None for value in values):
        return "closed some"
    middle = statistics.median(values)
    text = f"{middle:,.{digits}f}".replace(",", " ")
    if len(values) > 1:
        text += f" ({min(values):,.{digits}f}–{max(values):,.{digits}f})".replace(",", " ")
    return text


def page(results, shaken, verifications, options):
    """What was measured: of contenders, of handshakes, of verification."""
    lines = [surroundings(options), ""]
    rounds = {name: r for name, r in results.items() if r}
    if rounds:
        lines += contender_tables(rounds, options) + [""]
    if shaken.get("costs"):
        lines += table(*handshakes.cost_table(shaken["costs"], spread)) + [""]
    if shaken.get("beside"):
        lines += table(*handshakes.beside_table(shaken["beside"], spread)) + [""]
    if verifications:
        lines += verification_table(verifications)
    return "\n".join(lines).rstrip()


def contender_tables(rounds, options):
    head = ["contender", "requests/s", "p50 µs", "p99 µs", "CPU µs per request", "of nginx plain"]
    rows = [[name, *speed(found, rounds)] for name, found in rounds.items()]
    lines = table(head, rows) + [""]
    for head, keyed in ((["JWT", "of the hot opaque token", "of HAProxy"], False), (["TLS", "of nginx, TLS"], True)):
        rows = list(comparisons(rounds, keyed))
        if rows:
            lines += table([head[0], "CPU µs per request", *head[1:]], rows) + [""]
    head = ["contender", "idle RSS KiB", "idle PSS KiB", "RSS after load KiB", "bytes per idle connection"]
    rows = [[name, *size(found)] for name, found in rounds.items() if "idle" in found[0]]
    lines += table(head, rows) + [""]
    return lines + table(["program", "version", "bytes on disk, stripped"], programs(rounds, options))


def comparisons(rounds, keyed):
    """A row for each contender that stands beside others, with TLS or without: its cost as a share of theirs."""
    for contender in contenders.ALL:
        found = rounds.get(contender.name)
        if found and contender.beside and bool(contender.key) == keyed:
            cost = spread([r["cpu_us"] for r in found], 2)
            yield [contender.name, cost, *(ratio(found, rounds.get(name)) for name in contender.beside)]


def ratio(found, other):
    if not other:
        return "–"
    cost, others_cost = (statistics.median(r["cpu_us"] for r in rounds) for rounds in (found, other))
    return f"{cost / others_cost:.2f}"


def verification_table(verifications):
    def number(rate):
        return f"{rate:,.0f}".replace(",", " ") if rate else "–"

    rows = []
    for name, rate in verifications.items():
        ours, theirs = rate["postern"], rate["openssl"]
        share = f"{ours / theirs:.2f}" if ours and theirs else "–"
        rows.append([name, number(ours), number(1e6 / ours) if ours else "–", number(theirs), share])
    return table(["algorithm", "Postern, verify/s", "µs each", "OpenSSL, verify/s", "of OpenSSL"], rows)


def surroundings(options):
    model = "unknown processor"
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    load = os.getloadavg()[0]
    return (
        f"{model}, Linux {platform.release()}, load {load:.1f}; proxy on CPU {options.proxy_cpu}, wrk and upstream on "
        f"CPU {options.load_cpu}; {measure.CONNECTIONS} keep-alive connections, {measure.BODY_BYTES} bytes of body; "
        f"{options.rounds} rounds of {options.seconds} s in turns; median (least–greatest)."
    )


def speed(found, rounds):
    cells = [spread([r[key] for r in found]) for key in ("per_s", "p50_us", "p99_us")]
    failed = sum(r["failed_requests"] for r in found)
    if failed:
        cells[0] += f", {failed} failed"
    if "cpu_us" not in found[0]:
        return [*cells, "–", "–"]
    cells.append(spread([r["cpu_us"] for r in found], 2))
    return [*cells, ratio(found, rounds.get("nginx plain"))]


def size(found):
    return [
        spread([r["idle"]["rss_kib"] for r in found]),
        spread([r["idle"]["pss_kib"] for r in found]),
        spread([r["loaded"]["rss_kib"] for r in found]),
        spread([r["per_connection_bytes"] for r in found]),
    ]


def programs(rounds, options):
    wanted = {c.binary for c in contenders.ALL if c.binary and c.name in rounds}
    rows = []
    for name, flag in (("nginx", "-v"), ("haproxy", "-v"), ("postern", "--version"), ("wrk", "-v")):
        path = options.binary if name == "postern" else shutil.which(name)
        if name not in wanted | {"wrk"} or not path:
            continue
        said = subprocess.run([path, flag], capture_output=True, text=True)
        version = (said.stdout + said.stderr).strip().splitlines()
        rows.append([name, version[0] if version else "", f"{stripped_bytes(path):,}".replace(",", " ")])
    return rows


def stripped_bytes(path):
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder) / "program"
        shutil.copy(path, copy)
        subprocess.run(["strip", str(copy)], capture_output=True)
        return copy.stat().st_size


def table(head, rows):
    def line(cells):
        return "| " + " | ".join(cells) + " |"

    return [line(head), "|" + "---|" * len(head), *map(line, rows)]
