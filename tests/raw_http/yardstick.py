"""The same requests against nginx as a plain proxy: does this harness see what the vectors' seen.json says of it?

A harness that finds nothing wrong with nginx would be broken, so this is the harness's own test. Our upstream is
stricter than the one behind seen.json: what nginx passes on malformed is "through" there and here, though here
the upstream closes and the client gets 502.
"""

import json

import check_requests
import suites

SUITE = suites.Suite(
    "http-requests", "http-requests", check_requests.load, check_requests.run, cost=suites.timed
)


def report(settings, results, faults):
    for fault in faults:
        print(f"  the run itself: {fault}")
    cases = {case["name"]: case for case in check_requests.load(settings.vectors)}
    seen = json.loads((settings.vectors / "http-requests" / "seen.json").read_text())["seen"]
    known = [r for r in results if "nginx" in seen.get(r[0], {})]
    refused = [r for r in known if cases[r[0]]["expect"] in ("400", "reject")]
    through = [r for r in refused if got_through(r[2])]
    noticed = [r for r in through if r[1]]
    differ = [(n, seen[n]["nginx"], last) for n, _, last in known if not same(seen[n]["nginx"], last)]
    deviating = [r for r in results if r[1]]
    print(f"nginx lets {len(through)} of {len(refused)} that must be refused through;")
    print(f"this harness objects to {len(noticed)} of them, and to {len(deviating)} of all {len(results)} cases.")
    print(f"{len(known) - len(differ)} of {len(known)} behave as seen.json says.")
    for name, there, here in sorted(differ):
        print(f"  {name}: {there} there, {here} here")
    return 0 if through and len(noticed) == len(through) else 1


def got_through(last):
    return last and (last["answers"].startswith("2") or last["malformed"])


def same(there, here):
    """seen.json keeps interim answers and the first final one."""
    if here["malformed"]:
        return there["forwarded"] > 0
    answers = here["answers"].split(",")
    final = next((at for at, status in enumerate(answers) if not status.startswith("1")), len(answers))
    return ",".join(answers[: final + 1]) == there["answers"]
