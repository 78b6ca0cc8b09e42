"""A board's button is pressed: it serves again, and its time does not run backwards (docs/clock.md)."""

import datetime
import unittest

from client import bearer, until
from peers import provider, upstream
from stack import Gateway, configuration, endpoint
from targets import TARGET, needs


@needs("reset")
class Reset(unittest.TestCase):
    def clocks(self, gateway):
        """What it has thought of its clock since it was switched on."""
        return [(event["state"], datetime.datetime.fromisoformat(event["floor"])) for event in gateway.events("clock")]

    def test_it_serves_again_and_the_clocks_floor_is_when_it_last_knew_the_time(self):
        before = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
        gateway = Gateway(configuration(provider, upstream, [endpoint("/api/")])).start()
        self.addCleanup(gateway.stop)
        token = bearer(provider.token())
        self.assertEqual(gateway.get("/api/", token).status, 200)
        first = self.clocks(gateway)
        TARGET.reset(gateway)
        self.assertTrue(until(lambda: gateway.output().count("postern: listening on") == 2, 10 * TARGET.patience), gateway.output())
        self.assertTrue(until(lambda: gateway.get("/api/", token).status == 200, 10 * TARGET.patience, 0.2))
        state, floor = self.clocks(gateway)[len(first)]
        self.assertEqual(state, "unknown")
        self.assertGreaterEqual(floor, before)
