"""The limits that a target has where a configuration says nothing: they fit its memory, whatever the configuration uses."""

import unittest

import story
from client import bearer
from peers import provider
from targets import TARGET

LEFT_KIB = 16  # for a longer configuration: more endpoints, more providers


class OwnLimits(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.gateway, *cls.lanes = story.start(cls, small={})

    def test_with_tls_for_clients_and_to_the_provider_memory_is_left(self):
        token = bearer(provider.token())
        for lane in self.lanes:
            self.assertEqual(lane.get("/secured/", token).status, 200)
        if memory := TARGET.memory_kib(self.gateway):
            planned, available = memory
            self.assertLessEqual(planned + LEFT_KIB, available)
