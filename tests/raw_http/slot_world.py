"""A lane for the connectors that fetch documents. What a provider has once fetched it keeps, so every case gets a
provider of its own: a slot, with an endpoint per connector. When all are used, the gateway is started anew.

Provider n is configured below http://127.0.0.1:PORT/n; what it serves stands in `documents`, by path.
"""

from peer import with_length
from provider_script import Place
from world import World

SLOTS = 32


class Documents:
    """Answers GET by path with a function(request, connection); counts the requests for each."""

    def __init__(self):
        self.scripts = {}
        self.faults = []

    def answer(self, request, connection):
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
