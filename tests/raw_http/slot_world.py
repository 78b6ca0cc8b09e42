"""A lane for the connectors that fetch documents. What a provider has once fetched it keeps, so every case gets a
provider of its own: a slot, with an endpoint per connector. When all are used, the gateway is started anew.

Provider n is configured below http://127.0.0.1:PORT/n; what it serves stands in `documents`, by path.
"""

import time

from check_requests import challenges
from peer import with_length
from provider_script import Place
from world import CONNECT_MS, RESPONSE_MS, World

SLOTS = 32
CALLS_MAX = 2  # One after the other, of one request: metadata and what it names.
LATE_S = 2.0  # What a loaded machine may add to the provider's time-outs.


class Documents:
    """Answers GET by path with a function(request, connection); counts the requests for each."""

    def __init__(self):
        self.scripts = {}
        self.faults = []

    def answer(self, request, connection):
        # The whole world may read these, so no credential of anybody's goes with the question.
        public = request.target.endswith("/jwks") or "/.well-known/" in request.target
        if public and (request.method != "GET" or request.values("authorization") or request.body_length):
            self.faults.append(f"the gateway asked {request.lines()}")
        script = self.scripts.get(request.target)
        if script is None:
            self.faults.append(f"the gateway asked for {request.method} {request.target}")
            connection.send(with_length(404, b""))
            return
        script(request, connection)


class SlotWorld(World):
    """`slot_provider` and `slot_endpoints` are the suite's."""

    def __init__(self, settings, lane):
        self.documents = Documents()
        self.taken = 0
        super().__init__(settings, lane)

    def start(self):
        self.provider.answer = self.documents.answer
        self.taken = 0
        self.documents.scripts.clear()
        super().start()

    def base(self, slot):
        return f"http://127.0.0.1:{self.provider.port}/{slot}"

    def configuration(self, port):
        configuration = super().configuration(port)
        for slot in range(SLOTS):
            entry = {"timeouts": configuration["providers"]["plant"]["timeouts"]}
            configuration["providers"][f"p{slot}"] = {**entry, **self.slot_provider(slot)}
            configuration["endpoints"] += self.slot_endpoints(slot)
        return configuration

    def slot_endpoint(self, slot, connector, **more):
        """At /CONNECTOR-SLOT/."""
        name = f"{connector}-{slot}"
        authenticate = {"connector": connector, "select": {"default": f"p{slot}"}}
        return self.endpoint(name, f"/{name}/", authenticate=authenticate, **more)

    def take_slots(self, count=1):
        """The next unused slots."""
        if self.taken + count > SLOTS:
            fault = self.process.stop()
            self.start()
            if fault:
                raise AssertionError(f"the gateway {fault}")
        first = self.taken
        self.taken += count
        return range(first, self.taken)

    def serve(self, slot, path, script):
        """`script(request, connection)` answers http://…/SLOT/path from now on."""
        self.documents.scripts[f"/{slot}{path}"] = script

    def place(self, slot, issuer, path):
        return Place(issuer, self.base(slot), self.base(slot) + path)

    def fetches(self, slot, path):
        """How often it was asked for since `begin`."""
        return len([s for s in self.provider.requests() if s.request.target == f"/{slot}{path}"])

    def expect(self, connector, slot, token, statuses, what):
        """Asks the slot's endpoint; every way in which the answer is not one of `statuses`, in time and well made."""
        before = len(self.upstream_seen())
        answer, seconds = self.ask(f"{connector}-{slot}", token)
        status = answer and answer.status
        self.last = status
        if status not in statuses:
            yield f"{what}: status {statuses} expected, got {status}"
        if seconds > CALLS_MAX * (CONNECT_MS + RESPONSE_MS) / 1000 + LATE_S:
            yield f"{what}: the answer took {seconds:.1f} s"
        if status == 503 and not answer.values("retry-after"):
            yield f"{what}: 503 without Retry-After"
        if status == 401 and not [c for c in challenges(answer) if 'error="invalid_token"' in c]:
            yield f"{what}: 401 with the challenge {answer.values('www-authenticate')}"
        forwarded = len(self.upstream_seen()) - before
        if forwarded != (status == 200):
            yield f"{what}: answered {status}, the upstream saw {forwarded} requests"

    def expect_soon(self, connector, slot, token, limit_s):
        """The provider is itself again, so the same token must be accepted by then."""
        limit = time.monotonic() + limit_s
        while True:
            answer, _ = self.ask(f"{connector}-{slot}", token)
            if answer is not None and answer.status == 200:
                return
            if time.monotonic() > limit:
                yield f"{connector}: a good answer is served again, but the client gets {answer and answer.status}"
                return
            time.sleep(0.1)

    def take_faults(self):
        """What was wrong with the gateway's own requests since the last time."""
        faults, self.documents.faults = self.documents.faults, []
        return faults
