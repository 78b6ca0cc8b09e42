"""Chooses the cases, spreads them over lanes, compares with the exceptions, counts.

Exit code 0: everything as stated, or skipped; 1: a deviation; 2: could not run.
"""

import argparse
import collections
import dataclasses
import fnmatch
import json
import multiprocessing
import os
import pathlib
import shutil
import signal
import time
import traceback

import suites
import yardstick
from gateway import NotStarted

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = pathlib.Path(__file__).resolve().parent


@dataclasses.dataclass
class Settings:
    binary: str
    against: str
    port_base: int
    vectors: pathlib.Path
    sanitized: bool = False  # A sanitizers' build, whose memory grows by design.


def main(arguments):
    options = parse(arguments)
    vectors = pathlib.Path(os.environ.get("POSTERN_VECTORS", ROOT / "../shared/vectors"))
    binary = options.binary or os.environ.get("POSTERN") or str(ROOT / "build/release/postern")
    settings = Settings(binary, options.against, options.port_base, vectors)
    if options.against == "nginx":
        return yardstick.report(settings, *run_suite(settings, yardstick.SUITE, options))
    if not os.access(binary, os.X_OK):
        print(f"no program at {binary}; build it first")
        return 2
    settings.sanitized = b"__asan_init" in pathlib.Path(binary).read_bytes()
    total, outcomes = collections.Counter(), {}
    for suite in suites.ALL:
        if options.suite and suite.name not in options.suite:
            continue
        if suite.needs_vectors and not (vectors / suite.vectors / suite.file).exists():
            print(f"{suite.name}: skipped, no vectors in {vectors}")
            total["skipped"] += 1
            continue
        total += run_and_print(settings, suite, options, outcomes)
    print(counted(total))
    return 1 if total["failed"] else 0


def parse(arguments):
    parser = argparse.ArgumentParser(prog="tests/raw_http/run")
    parser.add_argument("binary", nargs="?")
    parser.add_argument("--suite", action="append", choices=[s.name for s in suites.ALL])
    parser.add_argument("--case", default="*", help="names, as a shell pattern")
    parser.add_argument("--lanes", type=int, default=12)
    parser.add_argument("--port-base", type=int, default=18100)
    parser.add_argument("--against", choices=["postern", "nginx"], default="postern")
    parser.add_argument("--all-exceptions", action="store_true", help="report them as failures too")
    return parser.parse_args(arguments)


def run_and_print(settings, suite, options, outcomes):
    """How many passed, failed, were skipped, or deviate by a named exception.

    `outcomes`: suite → case → what happened, of the suites so far.
    """
    started = time.monotonic()
    exceptions = json.loads((HERE / "exceptions.json").read_text()).get(suite.vectors, {})
    results, faults = run_suite(settings, suite, options)
    outcomes[suite.name] = {name: outcome for name, _, outcome in results}
    results = [compared(suite, outcomes, *result) for result in results]
    counts = collections.Counter()
    for name, deviations, last in sorted(results, key=lambda result: result[0]):
        if deviations and name in exceptions and not options.all_exceptions:
            counts["excepted"] += 1
            print(f"  exception {suite.name} {name}: {exceptions[name]}")
        elif deviations:
            counts["failed"] += 1
            print(f"  FAILED {suite.name} {name}")
            for deviation in deviations:
                print(f"         {deviation}")
        elif str(last).startswith("skipped"):
            counts["skipped"] += 1
            print(f"  {suite.name} {name}: {last}")
        else:
            counts["passed"] += 1
    for fault in faults:
        counts["failed"] += 1
        print(f"  FAILED {suite.name} (the run itself)\n         {fault}")
    print(f"{suite.name}: {counted(counts)} ({time.monotonic() - started:.0f} s)", flush=True)
    return counts


def compared(suite, outcomes, name, deviations, outcome):
    """The result, with one deviation more where the suite it must equal came out otherwise."""
    there = outcomes.get(suite.same_as, {}).get(name)
    if there and outcome and there["answers"] != outcome["answers"]:
        text = f"{outcome['answers']} here, but {there['answers']} in {suite.same_as}"
        deviations = [*deviations, text]
    return name, deviations, outcome


def counted(counts):
    text = f"{counts['passed']} passed, {counts['failed']} failed"
    if counts["skipped"]:
        text += f", {counts['skipped']} skipped"
    if counts["excepted"]:
        text += f" ({counts['excepted']} more deviate by a named exception)"
    return text


def run_suite(settings, suite, options):
    """(name, deviations, extra) of every case, and what went wrong with the gateways themselves."""
    cases = [c for c in suite.load(settings.vectors) if fnmatch.fnmatch(c["name"], options.case)]
    cases.sort(key=lambda c: -suite.cost(c))  # What takes long begins first.
    context = multiprocessing.get_context("fork")
    todo, done = context.Queue(), context.Queue()
    lanes = max(1, min(options.lanes, len(cases)))
    for case in cases:
        todo.put(case)
    for _ in range(lanes):
        todo.put(None)
    workers = [
        context.Process(target=lane_main, args=(settings, suite, lane, todo, done), daemon=True)
        for lane in range(lanes)
    ]
    for worker in workers:
        worker.start()
    results, faults, finished = [], [], 0
    while finished < lanes:
        kind, *what = done.get()
        if kind == "result":
            results.append(tuple(what))
        elif kind == "fault":
            faults.append(what[0])
        else:
            finished += 1
    for worker in workers:
        worker.join(5)
    if len(results) != len(cases) and not faults:
        faults.append(f"{len(results)} of {len(cases)} cases ran")
    return results, faults


def lane_main(settings, suite, lane, todo, done):
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    world = None
    try:
        world = suite.world(settings, lane)
        while (case := todo.get()) is not None:
            done.put(("result", case["name"], *run_case(suite, case, world)))
        fault = world.close()
        if fault:
            done.put(("fault", fault))
        else:
            shutil.rmtree(world.folder, ignore_errors=True)
    except NotStarted as fault:
        done.put(("fault", f"the gateway {fault}"))
    except Exception:
        done.put(("fault", traceback.format_exc()))
    finally:
        if world and world.process and world.process.alive:
            world.process.process.kill()
        done.put(("finished",))


def run_case(suite, case, world):
    world.last = None
    try:
        deviations = list(suite.run(case, world))
    except Exception:
        deviations = ["the harness failed: " + traceback.format_exc()]
    if world.process.alive:
        fault = world.baseline_fault()
        if fault:
            deviations.append(fault)
    else:
        deviations.append(f"the gateway died: {world.process.tail()}")
        world.revive()
    return deviations, world.last
