"""The provider and the upstream that all tests of a run share; started by `run`."""

from stack import Provider, Upstream

provider = Provider()
upstream = Upstream()
