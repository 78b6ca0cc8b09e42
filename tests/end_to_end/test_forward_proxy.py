"""The provider is reached through a proxy only: its own name is unknown here."""

import http.client
import unittest
import urllib.parse

from client import bearer
from peers import provider, upstream
from scripted import Scripted, http as answer_bytes
from stack import Gateway, configuration, endpoint, introspecting, signed_in, using

NAME = "id.plant.invalid"


def forwarding(to_port):
    """A proxy's answer: asks the server behind the name."""

    def forward(request, stream):
        url = urllib.parse.urlsplit(request.target)
        if url.scheme != "http" or url.hostname != NAME:
            stream.sendall(answer_bytes(400))
            return True
        behind = http.client.HTTPConnection("127.0.0.1", to_port, timeout=10)
        fields = {name: value for name, value in request.fields if name.lower() not in ("host", "connection")}
        behind.request(request.method, url.path, request.body or None, fields)
        answer = behind.getresponse()
        body = answer.read()
        kept = [f"{name}: {value}" for name, value in answer.getheaders() if name.lower() in ("content-type", "www-authenticate")]
        stream.sendall(answer_bytes(answer.status, body, *kept))
        behind.close()
        return True

    return forward


class ForwardProxy(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.proxy = Scripted(otherwise=forwarding(provider.port))
        entry = introspecting(provider, introspection={"url": f"http://{NAME}/token/introspection"})
        entry |= {"jwks": {"url": f"http://{NAME}/jwks"}, "userinfo": {"url": f"http://{NAME}:80/me"}, "proxy": cls.proxy.url()}
        cls.gateway = Gateway(configuration(provider, upstream, [
            endpoint("/opaque/", authenticate=using("oauth2", "far")), endpoint("/jwt/", authenticate=using("jwt", "far")),
            signed_in("/me/", "far"), endpoint("/lost/", authenticate=using("oauth2", "lost")),
        ], providers={"far": entry, "lost": {**entry, "proxy": "http://127.0.0.1:1"}})).start()

    @classmethod
    def tearDownClass(cls):
        cls.gateway.stop()
        cls.proxy.stop()

    def asked(self):
        asked = [request.line for request in self.proxy.requests]
        hosts = [request.values("host") for request in self.proxy.requests]
        self.proxy.requests.clear()
        return asked, hosts

    def test_every_call_is_in_absolute_form_and_names_the_providers_host(self):
        self.asked()
        for path, token in (("/opaque/", provider.token()), ("/jwt/", provider.jwt()), ("/me/", provider.sign_in()["access_token"])):
            answer = self.gateway.get(path, bearer(token))
            self.assertEqual(answer.status, 200, (path, answer))
        lines, hosts = self.asked()
        self.assertEqual(lines[:2], [f"POST http://{NAME}/token/introspection HTTP/1.1", f"GET http://{NAME}/jwks HTTP/1.1"])
        self.assertRegex(lines[2], f"^GET http://{NAME}(:80)?/me HTTP/1.1$")
        self.assertEqual(hosts[:2], [[NAME], [NAME]])

    def test_what_the_provider_refuses_is_refused(self):
        self.assertEqual(self.gateway.get("/opaque/", bearer("unknown")).status, 401)

    def test_a_proxy_that_is_down_is_a_provider_that_is_down(self):
        answer = self.gateway.get("/lost/", bearer("some-token"))
        self.assertEqual(answer.status, 503, answer)
        self.assertGreaterEqual(int(answer.headers["Retry-After"]), 1)
