"""The table: medians, with the least and the greatest of the rounds in brackets."""

import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import tempfile

import contenders
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


def page(results, options):
    rounds = {name: r for name, r in results.items() if r}
    lines = [surroundings(options), ""]
    head = ["contender", "requests/s", "p50 µs", "p99 µs", "CPU µs per request", "of nginx plain"]
    rows = [[name, *speed(found, rounds)] for name, found in rounds.items()]
    lines += table(head, rows) + [""]
    head = ["contender", "idle RSS KiB", "idle PSS KiB", "RSS after load KiB", "bytes per idle connection"]
    rows = [[name, *size(found)] for name, found in rounds.items() if "idle" in found[0]]
    lines += table(head, rows) + [""]
    lines += table(["program", "version", "bytes on disk, stripped"], programs(rounds, options))
    return "\n".join(lines)


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
    plain = rounds.get("nginx plain")
    if not plain:
        return [*cells, "–"]
    ratio = statistics.median(r["cpu_us"] for r in found) / statistics.median(r["cpu_us"] for r in plain)
    return [*cells, f"{ratio:.2f}"]


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
