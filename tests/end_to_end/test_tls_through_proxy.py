"""Providers that are reached through a forward proxy only: CONNECT, and TLS to the provider itself, end to end."""

import socket
import threading
import unittest

from client import bearer, until
from peers import provider, upstream
from scripted import MARK, Scripted, http as answer_bytes
from stack import Gateway, configuration, endpoint, free_port, introspecting, using
from tls_stack import Nginx, asking_for_certificates, everybody, nginx_server, pem

NAME = "id.plant.invalid"  # known to the proxy only
ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"


class Proxy(Scripted):
    """Tunnels to local ports, whatever the name; notes all that passes. `says`: what it answers, in these pieces."""

    def __init__(self, says=(ESTABLISHED,)):
        self.says, self.passed = says, bytearray()
        super().__init__(otherwise=self.tunnel)

    def tunnel(self, request, stream):
        if request.method != "CONNECT":
            stream.sendall(answer_bytes(405))
            return True
        port = int(request.target.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), 10) as behind:
            stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for piece in self.says:
                stream.sendall(piece)
            back = threading.Thread(target=self.pump, args=(behind, stream), daemon=True)
            back.start()
            self.pump(stream, behind)
            back.join()
        return False

    def pump(self, source, target):
        try:
            while data := source.recv(65536):
                self.passed += data
                target.sendall(data)
        except OSError:
            pass
        for each in (source, target):
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


class ThroughProxy(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.port, cls.wrong_port, cls.mutual_port = free_port(), free_port(), free_port()
        good = everybody.issuing.issue("far-provider", [NAME])
        cls.nginx = Nginx(cls.port, nginx_server(cls.port, provider.port, good),
                          nginx_server(cls.wrong_port, provider.port, everybody.issuing.issue("near-provider", ["localhost", "127.0.0.1"])),
                          nginx_server(cls.mutual_port, provider.port, good, *asking_for_certificates())).start()
        cls.addClassCleanup(cls.nginx.stop)

    def gateway(self, proxy, port=None, **tls):
        entry = introspecting(provider, introspection={"url": f"https://{NAME}:{port or self.port}/token/introspection"})
        entry |= {"proxy": proxy if isinstance(proxy, str) else proxy.url(), "tls": {"ca_file": str(everybody.root.file), **tls}}
        gateway = Gateway(configuration(provider, upstream, [endpoint("/api/", authenticate=using("oauth2", "far"))],
                                        providers={"far": entry})).start()
        self.addCleanup(gateway.stop)
        return gateway

    def proxy(self, *says, **options):
        proxy = Proxy(says or (ESTABLISHED,), **options)
        self.addCleanup(proxy.stop)
        return proxy

    def let_in(self, gateway):
        answer = gateway.get("/api/", bearer(provider.token()))
        self.assertEqual(answer.status, 200, (answer, gateway.output()[-500:]))

    def turned_away(self, gateway, why=None):
        answer = gateway.get("/api/", bearer(provider.token()))
        self.assertEqual(answer.status, 503, answer)
        self.assertGreaterEqual(int(answer.headers["Retry-After"]), 1)
        self.assertLess(answer.seconds, 2.5)
        if why:
            self.assertTrue(until(lambda: gateway.events("tls"), 3))
            self.assertEqual(gateway.events("tls")[-1]["why"], why)

    def test_the_proxy_sees_the_name_and_nothing_else(self):
        proxy, token = self.proxy(), provider.token()
        gateway = self.gateway(proxy)
        self.assertEqual(gateway.get("/api/", bearer(token)).status, 200)
        (request,) = proxy.requests
        self.assertEqual(request.line, f"CONNECT {NAME}:{self.port} HTTP/1.1")
        self.assertEqual(request.values("host"), [f"{NAME}:{self.port}"])
        self.assertNotIn("authorization", {name.lower() for name, _ in request.fields})
        for secret in (token.encode(), b"introspection", b"Basic ", b"HTTP/1.1"):
            self.assertNotIn(secret, proxy.passed)
        self.assertEqual(self.nginx.access()[-1]["name"], NAME)

    def test_one_tunnel_serves_many_calls(self):
        proxy = self.proxy()
        gateway = self.gateway(proxy)
        for _ in range(5):
            self.let_in(gateway)
        self.assertEqual(len(proxy.requests), 1)

    def test_the_certificate_must_be_the_providers(self):
        """Not that of the proxy, nor of the address that is connected to."""
        self.turned_away(self.gateway(self.proxy(), self.wrong_port), "certificate-name")

    def test_the_gateways_certificate_is_shown_to_the_provider(self):
        self.let_in(self.gateway(self.proxy(), self.mutual_port, **pem(everybody.client)))

    def test_the_answer_may_come_in_any_pieces_and_with_fields(self):
        long = b"HTTP/1.0 200 OK\r\nVia: 1.1 proxy\r\nContent-Length: 5\r\nX: " + b"y" * 1000 + MARK
        for says in ([bytes([byte]) for byte in ESTABLISHED], [long], [b"HTTP/1.1 100 Continue\r\n\r\n", ESTABLISHED],
                     [b"HTTP/1.1 204 No Content\r\n\r\n"]):
            with self.subTest(says[0][:20]):
                self.let_in(self.gateway(self.proxy(*says)))

    def test_a_proxy_that_refuses_or_talks_nonsense_is_a_provider_at_fault(self):
        for says in (answer_bytes(403, "no"), answer_bytes(407, "", "Proxy-Authenticate: Basic"), answer_bytes(502), answer_bytes(301),
                     b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + MARK, b"", b"HTTP/1.1 200 OK\r\n"):
            def tell(request, stream, says=says):
                stream.sendall(says)
                return False

            proxy = Scripted(otherwise=tell)
            self.addCleanup(proxy.stop)
            with self.subTest(says[:30]):
                self.turned_away(self.gateway(proxy))
                self.assertEqual(len([each for each in proxy.requests if each.method != "CONNECT"]), 0)

    def test_what_the_proxy_says_ahead_of_the_provider_is_not_believed(self):
        """Bytes behind the answer's head would be the provider's first; these are the proxy's own."""
        self.turned_away(self.gateway(self.proxy(ESTABLISHED + answer_bytes(200, '{"active":true,"scope":"read"}'))))

    def test_a_silent_proxy_is_given_up_in_time(self):
        silent = Scripted(otherwise=lambda request, stream: threading.Event().wait(5))
        self.addCleanup(silent.stop)
        self.turned_away(self.gateway(silent))

    def test_no_proxy_no_provider(self):
        self.turned_away(self.gateway("http://127.0.0.1:1"))
