"""The suites: which vectors, which lane they need, how one case runs."""

import dataclasses
import functools
from typing import Callable

import check_bearer
import check_claims
import check_discovery
import check_jose
import check_jwks
import check_own
import check_provider
import check_requests
import check_responses
import check_transport
import check_uri
import check_userinfo
import provider_world
import tls_lane
from world import World


@dataclasses.dataclass
class Suite:
    name: str
    vectors: str  # The folder, and the section of exceptions.json.
    load: Callable
    run: Callable
    world: Callable = World
    needs_vectors: bool = True
    file: str = "cases.json"  # In that folder.
    same_as: str = ""  # A suite whose answers these must be, case by case.
    cost: Callable = lambda case: 0  # Seconds, roughly: what takes long begins first.


def timed(case):
    """A guess of the seconds a case takes, so that long ones begin first."""
    return (case.get("when") == "timeout") * 5 + len(str(case.get("parts", ""))) / 1e6


ALL = [
    Suite("http-requests", "http-requests", check_requests.load, check_requests.run, cost=timed),
    Suite(
        "http-requests-bytewise",
        "http-requests",
        check_requests.load,
        functools.partial(check_requests.run, byte_by_byte=True),
        same_as="http-requests",
        cost=lambda case: timed(case) + len(check_requests.bytes_of(case)) / 20_000,
    ),
    Suite("http-requests-tls", "http-requests", check_requests.load, check_requests.run, world=tls_lane.TlsWorld, cost=timed,
          same_as="http-requests"),
    Suite(
        "http-requests-tls-bytewise",
        "http-requests",
        tls_lane.load_short,
        functools.partial(check_requests.run, byte_by_byte=True),
        world=tls_lane.TlsWorld,
        same_as="http-requests",
        cost=timed,
    ),
    Suite("http-responses", "http-responses", check_responses.load, check_responses.run,
          world=check_responses.ResponseWorld),
    Suite(
        "http-responses-bytewise",
        "http-responses",
        check_responses.load,
        functools.partial(check_responses.run, byte_by_byte=True),
        world=check_responses.ResponseWorld,
    ),
    Suite("http-responses-provider", "http-responses", check_responses.load_for_provider,
          check_responses.run_for_provider),
    Suite("uri", "uri", check_uri.load, check_uri.run, world=check_uri.UriWorld),
    Suite("bearer", "bearer", check_bearer.load, check_bearer.run),
    Suite("provider-answers", "provider-answers", check_provider.load, check_provider.run,
          world=provider_world.ProviderWorld, cost=check_provider.cost),
    Suite("jwks", "provider-answers", check_jwks.load, check_jwks.run, world=check_jwks.JwksWorld, cost=check_jwks.cost),
    Suite("userinfo", "provider-answers", check_userinfo.load, check_userinfo.run, world=check_userinfo.UserInfoWorld),
    Suite("discovery", "provider-answers", check_discovery.load, check_discovery.run,
          world=check_discovery.DiscoveryWorld, cost=check_discovery.cost),
    Suite("provider-transport", "provider-answers", check_transport.load, check_transport.run,
          world=check_transport.TransportWorld, cost=check_transport.cost),
    Suite("jwt-claims", "jwt-claims", check_claims.load, check_claims.run, world=check_claims.ClaimsWorld),
    Suite("rfc-jose", "rfc-jose", check_jose.load, check_jose.run, world=check_jose.JoseWorld, file=check_jose.FILE),
    Suite("own", "own", check_own.load, check_own.run, needs_vectors=False),
]
