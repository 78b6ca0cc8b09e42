"""A lane for the provider's cases: besides the usual provider one that does not listen, one that drops connections,
and three that are known by name; and an endpoint for each rule the cases presuppose.
"""

import nameserver
from peer import Peer
from provider_script import ISSUER, Place
from world import World

NAMES = ("dns-fail", "dns-slow", "dns-rebind")


class ProviderWorld(World):
    def __init__(self, settings, lane):
        self.special = {}
        self.names = None
        self.number = 0
        super().__init__(settings, lane)

    def start(self):
        if not self.special:
            for name in ("refused", "black-hole"):
                self.special[name] = Peer(name, self.introspection.answer, listen=False)
            for name in NAMES:
                self.special[name] = Peer(name, self.introspection.answer)
            self._start_names()
        super().start()

    def _start_names(self):
        address = f"127.0.53.{self.lane + 1}"
        self.wrapper = nameserver.wrapper_for(address, self.folder)
        if self.wrapper:
            self.names = nameserver.NameServer(address)
        else:
            self.wrapper = ()

    def configuration(self, port):
        configuration = super().configuration(port)
        providers, endpoints = configuration["providers"], configuration["endpoints"]
        providers["issuer"] = {**self.provider_entry(), "issuer": ISSUER}
        plain = {"enrich": []}
        endpoints.append(self.endpoint("plain", "/plain/", "plant", **plain))
        endpoints.append(self.endpoint("enrich", "/enrich/", "plant"))
        endpoints.append(self.endpoint("issuer", "/issuer/", "issuer", **plain))
        endpoints.append(self.endpoint("scopes", "/scopes/", "plant", ["read"], **plain))
        rule = {"authorize": {"audience": ["urn:historian"]}}
        endpoints.append(self.endpoint("audience", "/audience/", "plant", **plain, **rule))
        for name, peer in self.special.items():
            host = f"{name}.test" if name in NAMES else "127.0.0.1"
            providers[name] = self.provider_entry(f"http://{host}:{peer.port}/introspect")
            endpoints.append(self.endpoint(name, f"/{name}/", name, **plain))
        return configuration

    def begin(self):
        super().begin()
        for peer in self.special.values():
            peer.begin()

    def place(self):
        base = f"http://127.0.0.1:{self.provider.port}"
        return Place(ISSUER, base, base + "/introspect")
