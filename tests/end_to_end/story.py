"""The gateway of the tests that every target runs: both ways for clients to come, both ways to the provider.

The limits are those of the smallest target, so that the same happens at them everywhere.
"""

import http.client

import tls_client
from client import request
from peers import provider, upstream
from stack import configuration, endpoint, free_port, introspecting, using, verifying
from targets import TARGET
from tls_stack import Nginx, TlsGateway, everybody, nginx_server

CLIENTS = 4
SMALL = {"connections": CLIENTS, "idle_connections": 0, "upstream_connections": 4, "header_bytes": 1024, "token_bytes": 1024,
         "cache_entries": 64, "facts_bytes": 256, "lookups": 1, "waiters": 4, "provider_answer_bytes": 3072, "keys": 2,
         "revocations": 16, "rate_buckets": 16, "tls_connections": CLIENTS, "tls_handshakes": 1, "dpop_proofs": 16}
TRUST = everybody.root


class Lane:
    """How clients come: `lane.get(target, header...)` is one request on a connection of its own."""

    def __init__(self, name, port, trusting=None):
        self.name, self.port, self.trusting = name, port, trusting

    def get(self, target, *headers, **options):
        timeout = 20 * TARGET.patience
        if self.trusting:
            return tls_client.request(self.port, self.trusting, target, *headers, timeout=timeout, **options)
        return request(self.port, target, *headers, timeout=timeout, **options)

    def connection(self):
        """To be kept."""
        timeout = 20 * TARGET.patience
        if self.trusting:
            return tls_client.Connection(self.port, self.trusting, timeout=timeout)
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)


def start(case, of=provider, limits=None, small=SMALL, **more):
    """A gateway for a class of tests, with both lanes and both ways to the provider `of`."""
    secure = free_port()
    peer = everybody.issuing.issue(f"provider-{secure}", ["localhost"], ["127.0.0.1", TARGET.here])
    nginx = Nginx(secure, nginx_server(secure, of.port, peer)).start()
    case.addClassCleanup(nginx.stop)
    secured = {"ca_file": str(TRUST.file)}
    short = {"cache": {"max_ttl_s": 2, "safety_margin_s": 0}}
    providers = {
        "secured": introspecting(of, introspection={"url": f"https://127.0.0.1:{secure}/token/introspection"}, tls=secured),
        "forgetful": introspecting(of, **short),
        "keys": {**verifying(of), "jwks": {"url": of.url("/jwks"), "cooldown_s": 1}},
    }
    del providers["keys"]["userinfo"]
    gateway = TlsGateway(configuration(of, upstream, [
        endpoint("/plant/"), endpoint("/secured/", authenticate=using("oauth2", "secured")),
        endpoint("/forgetful/", authenticate=using("oauth2", "forgetful")),
        endpoint("/jwt/", authenticate=using("jwt", "keys")), endpoint("/public/", public=True),
    ], providers=providers, limits={**small, **(limits or {})}, **more))
    plain = gateway.add_listener()
    case.addClassCleanup(gateway.stop)
    gateway.start()
    return gateway, Lane("plain", plain), Lane("TLS", gateway.port, tls_client.context(TRUST))
