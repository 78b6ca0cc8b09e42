"""Ten thousand requests in a row, on kept and new connections: all are answered rightly, and nothing is used up."""

import collections
import time
import unittest

from client import bearer, send, until
from peers import provider
from story import start
from targets import TARGET, can

SEGMENT_BYTES = 1600  # of Ethernet, with what the network keeps beside it


class TenThousand(unittest.TestCase):
    COUNT = 10_000
    KEPT = 50  # requests on a connection

    @classmethod
    def setUpClass(cls):
        cls.gateway, cls.plain, cls.secure = start(cls)

    def requests(self, count, token):
        """In turn: a hit, a refusal, no token, and one for everybody; counted by status."""
        seen, connection = collections.Counter(), None
        for number in range(count):
            if number % self.KEPT == 0:
                if connection:
                    connection.close()
                connection = self.plain.connection()
            turns = (("/plant/", [bearer(token)]), ("/plant/", [bearer("unknown")]), ("/plant/", []), ("/public/", []))
            target, headers = turns[number % 4]
            if number % 10 == 9:  # on a connection of its own, while the other one is kept
                answer = self.plain.get(target, *headers)
                seen[answer.status] += 1
                continue
            send(connection, target, headers)
            response = connection.getresponse()
            response.read()
            seen[response.status] += 1
        connection.close()
        return seen

    def marks(self, counters):
        """The high-water marks of fixed memories, where this target tells them."""
        marks = {name: pool["used_max"] for name, pool in counters.get("network", {}).items()}
        return marks | {name: value for name, value in counters.items() if name.endswith("_bytes_max")}

    def nothing_is_left(self, before):
        """Of the network's memories no more is in use than was, but for connections that TCP remembers for a while."""
        pools = self.gateway.counters().get("network", {})
        return all(pool["used"] <= before["network"][name]["used"] for name, pool in pools.items() if name != "connections")

    def test_memory_is_as_it_was_and_every_request_is_counted(self):
        token = provider.token()
        self.assertEqual(self.secure.get("/plant/", bearer(token)).status, 200)
        self.requests(500, token)
        before, calls = self.gateway.counters(), provider.calls()
        resident = self.gateway.resident_kib()
        began = time.monotonic()
        seen = self.requests(self.COUNT, token)
        seconds = time.monotonic() - began
        after = self.gateway.counters()
        print(f"# {self.COUNT} requests in {seconds:.0f} s, {self.COUNT / seconds:.0f}/s, high-water marks {self.marks(after)}", flush=True)
        TARGET.keep_measured(self.gateway, after)
        self.assertEqual(seen, {200: self.COUNT // 2, 401: self.COUNT // 2})
        grown = {name: after[name] - before[name] for name, value in after.items() if isinstance(value, int)}
        self.assertEqual(grown["requests"], self.COUNT)
        self.assertEqual((grown["answers_2xx"], grown["refused_401"], grown["answers_5xx"]), (self.COUNT // 2, self.COUNT // 2, 0))
        exhausted = {name: count for name, count in grown.items() if name.endswith("exhausted") and count}
        self.assertEqual(exhausted, {})
        self.assertLessEqual(provider.calls() - calls, 1 + seconds / 10, "of the unknown token: it is remembered for ten seconds")
        for name, mark in self.marks(after).items():
            one = SEGMENT_BYTES if "bytes" in name else 1
            self.assertLessEqual(mark, self.marks(before)[name] + one, "one more may have met by chance")
        for name, pool in after.get("network", {}).items():
            self.assertEqual(pool["refused"], before["network"][name]["refused"], name)
        self.assertTrue(until(lambda: self.nothing_is_left(before), 10, 1), after)
        if can("memory"):
            self.assertLessEqual(self.gateway.resident_kib() - resident, 64)
        self.assertEqual(self.secure.get("/plant/", bearer(token)).status, 200)
