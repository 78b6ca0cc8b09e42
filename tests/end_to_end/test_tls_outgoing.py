"""The gateway as a client: to a provider and to an upstream behind nginx, whose certificate must be right in every respect."""

import dataclasses
import shutil
import signal
import unittest

import certificates
from client import bearer, until
from peers import provider, upstream
from stack import Gateway, configuration, endpoint, free_port, introspecting, using, verifying
from targets import needs
from tls_stack import FOLDER, Nginx, asking_for_certificates, everybody, nginx_server, pem

HOST = "localhost"  # a name that every machine knows
PATIENT = {"connect_ms": 3000}  # the machine may be busy


@dataclasses.dataclass
class Peer:
    """A server with a certificate, and what the gateway should make of it."""

    certificate: certificates.Certificate
    why: str = ""  # in the log; empty: it is fine
    host: str = HOST
    lines: tuple = ()
    port: int = dataclasses.field(default_factory=free_port)

    @property
    def base(self):
        return f"https://{self.host}:{self.port}"


def peers():
    issue = everybody.issuing.issue
    old = everybody.root.authority("old-issuing", days=(-20, -1))
    good = issue("peer", [HOST], ["127.0.0.1"])
    alone = certificates.Certificate(FOLDER, "peer-alone")
    shutil.copy(good.file, alone.chain_file)
    shutil.copy(good.key_file, alone.key_file)
    return {
        "good": Peer(good), "good-rsa": Peer(issue("peer-rsa", [HOST], key="rsa")), "good-address": Peer(good, host="127.0.0.1"),
        "good-1-2": Peer(good, lines=["ssl_protocols TLSv1.2"]), "good-1-3": Peer(good, lines=["ssl_protocols TLSv1.3"]),
        "good-of-the-root": Peer(everybody.root.issue("peer-of-the-root", [HOST])),
        "expired": Peer(issue("peer-expired", [HOST], days=(-10, -1)), "certificate-expired"),
        "not-yet": Peer(issue("peer-not-yet", [HOST], days=(1, 10)), "certificate-not-yet-valid"),
        "old-issuer": Peer(old.issue("peer-of-old", [HOST]), "certificate-expired"),
        "wrong-host": Peer(issue("peer-wrong", ["other.test", "*.localhost", "localhost.test"]), "certificate-name"),
        "wrong-address": Peer(issue("peer-address", ["127.0.0.1", HOST], ["127.0.0.2"]), "certificate-name", "127.0.0.1"),
        "only-common-name": Peer(issue("peer-common-name", subject=HOST), "certificate-name"),
        "unknown-authority": Peer(everybody.stranger.issue("peer-unknown", [HOST]), "certificate-untrusted"),
        "self-signed": Peer(certificates.self_signed(FOLDER, "peer-self-signed", [HOST]), "certificate-untrusted"),
        "without-intermediate": Peer(alone, "certificate-untrusted"),
        "signed-by-no-authority": Peer(signed_by_a_server(), "certificate-untrusted"),
        "for-clients": Peer(issue("peer-for-clients", [HOST], usage=certificates.CLIENT), "certificate-use"),
        "tls-1-1": Peer(good, "protocol|peer-alert", lines=["ssl_protocols TLSv1.1", "ssl_ciphers ALL:@SECLEVEL=0"]),
        "no-forward-secrecy": Peer(issue("peer-rsa-kx", [HOST], key="rsa"), "protocol|peer-alert",
                                   lines=["ssl_protocols TLSv1.2", "ssl_ciphers AES128-GCM-SHA256"]),
    }


def signed_by_a_server():
    """A server's certificate is no authority, whoever has signed it."""
    return everybody.issuing.impostor("impostor").issue("peer-of-a-server", [HOST])


class Verification(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.peers = peers()
        cls.nginx = Nginx(cls.peers["good"].port, *(
            nginx_server(peer.port, provider.port, peer.certificate, *peer.lines) for peer in cls.peers.values())).start()
        cls.addClassCleanup(cls.nginx.stop)
        cls.upstreams = {name: dataclasses.replace(peer, port=free_port()) for name, peer in cls.peers.items()}
        cls.upstream_nginx = Nginx(cls.upstreams["good"].port, *(
            nginx_server(peer.port, upstream.port, peer.certificate, *peer.lines) for peer in cls.upstreams.values())).start()
        cls.addClassCleanup(cls.upstream_nginx.stop)
        tls = {"ca_file": str(everybody.root.file)}
        entries = {name: introspecting(provider, introspection={"url": f"{peer.base}/token/introspection"}, tls=tls)
                   for name, peer in cls.peers.items()}
        endpoints = [endpoint(f"/p/{name}/", authenticate=using("oauth2", name)) for name in entries]
        endpoints += [endpoint(f"/u/{name}/", public=True, upstream=name) for name in cls.upstreams]
        made = configuration(provider, upstream, endpoints, providers=entries)
        made["upstreams"] |= {name: {"servers": [peer.base], "tls": tls, **PATIENT} for name, peer in cls.upstreams.items()}
        cls.gateway = Gateway(made).start()
        cls.addClassCleanup(cls.gateway.stop)

    def test_good_ones_are_talked_to(self):
        for name, peer in self.peers.items():
            if not peer.why:
                with self.subTest(name):
                    self.assertEqual(self.gateway.get(f"/p/{name}/", bearer(provider.token())).status, 200)
                    self.assertEqual(self.gateway.get(f"/u/{name}/").status, 200)

    def refused(self, path, status, why, asked):
        before, count = len(self.gateway.events("tls")), asked()
        answer = self.gateway.get(path, bearer("some-token"))
        self.assertEqual(answer.status, status, answer)
        self.assertTrue(until(lambda: len(self.gateway.events("tls")) > before, 3), "the log says why")
        self.assertIn(self.gateway.events("tls")[-1]["why"], why.split("|"))
        self.assertEqual(asked(), count, "nothing was asked")
        return answer

    def test_a_provider_with_a_bad_one_is_a_provider_at_fault(self):
        for name, peer in self.peers.items():
            if peer.why:
                with self.subTest(name):
                    answer = self.refused(f"/p/{name}/", 503, peer.why, provider.calls)
                    self.assertGreaterEqual(int(answer.headers["Retry-After"]), 1)

    def test_an_upstream_with_a_bad_one_is_502(self):
        for name, peer in self.upstreams.items():
            if peer.why:
                with self.subTest(name):
                    self.refused(f"/u/{name}/", 502, peer.why, upstream.count)

    def test_the_log_names_the_peer(self):
        self.refused("/u/expired/", 502, "certificate-expired", upstream.count)
        self.assertEqual(self.gateway.events("tls")[-1]["upstream"], f"{HOST}:{self.upstreams['expired'].port}")
        self.refused("/p/expired/", 503, "certificate-expired", provider.calls)
        self.assertEqual(self.gateway.events("tls")[-1]["provider"], f"{HOST}:{self.peers['expired'].port}")


class Connections(unittest.TestCase):
    """Handshakes are dear: connections are kept, and sessions are resumed."""

    def setUp(self):
        self.port = free_port()
        self.authority = FOLDER / "peers-authority.pem"
        self.authority.write_text(everybody.root.file.read_text())

    def nginx(self, certificate=None, to=upstream.port, lines=(), **options):
        certificate = certificate or everybody.issuing.issue("peer", [HOST], ["127.0.0.1"])
        nginx = Nginx(self.port, nginx_server(self.port, to, certificate, *lines), **options).start()
        self.addCleanup(nginx.stop)
        return nginx

    def gateway(self, **tls):
        made = configuration(provider, upstream, [endpoint("/api/", public=True, upstream="far"),
                                                  endpoint("/token/", [], authenticate=using("oauth2", "far"))],
                             providers={"far": introspecting(provider, introspection={"url": f"https://{HOST}:{self.port}/token/introspection"},
                                                             tls={"ca_file": str(self.authority), **tls})})
        made["upstreams"]["far"] = {"servers": [f"https://{HOST}:{self.port}"], "tls": {"ca_file": str(self.authority), **tls}, **PATIENT}
        gateway = Gateway(made).start()
        self.addCleanup(gateway.stop)
        return gateway

    def test_a_connection_is_kept(self):
        nginx, gateway = self.nginx(), self.gateway()
        for _ in range(10):
            self.assertEqual(gateway.get("/api/").status, 200)
        self.assertTrue(until(lambda: len(nginx.access()) == 10, 3))
        self.assertEqual(len({line["connection"] for line in nginx.access()}), 1)

    def test_so_is_one_to_a_provider(self):
        nginx, gateway = self.nginx(to=provider.port), self.gateway()
        for _ in range(5):
            self.assertEqual(gateway.get("/token/", bearer(provider.token())).status, 200)
        self.assertTrue(until(lambda: len(nginx.access()) == 5, 3))
        self.assertEqual(len({line["connection"] for line in nginx.access()}), 1)

    def test_a_new_connection_resumes_the_session(self):
        for version in ("TLSv1.2", "TLSv1.3"):
            with self.subTest(version):
                nginx = self.nginx(lines=[f"ssl_protocols {version}", "keepalive_requests 1"], http="ssl_session_cache off;")
                gateway = self.gateway()
                for _ in range(5):
                    self.assertEqual(gateway.get("/api/").status, 200)
                lines = until(lambda: len(nginx.access()) == 5 and nginx.access(), 3) or nginx.access()
                self.assertEqual({line["protocol"] for line in lines}, {version})
                self.assertEqual([line["reused"] for line in lines], [".", "r", "r", "r", "r"])
                nginx.stop()
                gateway.stop()

    def test_the_server_is_asked_by_name_but_not_by_address(self):
        nginx = self.nginx()
        self.gateway().get("/api/")
        self.assertEqual(until(nginx.access)[-1]["name"], HOST)

    def test_a_peer_that_forgot_its_ticket_key_gets_a_full_handshake(self):
        nginx, gateway = self.nginx(lines=["keepalive_requests 1"]), self.gateway()
        self.assertEqual(gateway.get("/api/").status, 200)
        nginx.stop()
        nginx.start()
        self.assertEqual(gateway.get("/api/").status, 200)
        self.assertTrue(until(lambda: len(nginx.access()) == 2, 3))
        self.assertEqual(nginx.access()[-1]["reused"], ".")

    @needs("signals")
    def test_who_is_taken_out_of_the_authorities_is_refused(self):
        """By a restart or by SIGHUP, and neither a kept connection nor a saved session is a way around."""
        for lines in ([], ["keepalive_requests 2"]):
            for how in ("restart", "reload"):
                with self.subTest(lines=lines, how=how):
                    self.authority.write_text(everybody.root.file.read_text() + everybody.stranger.file.read_text())
                    nginx = self.nginx(everybody.stranger.issue("removed-peer", [HOST]), lines=lines)
                    gateway = self.gateway()
                    self.assertEqual(gateway.get("/api/").status, 200)
                    self.authority.write_text(everybody.root.file.read_text())
                    if how == "restart":
                        gateway.stop()
                        gateway.start()
                    else:
                        gateway.signal(signal.SIGHUP)
                    self.assertTrue(until(lambda: gateway.get("/api/").status == 502, 3))
                    self.assertEqual(gateway.events("tls", 1)[-1]["why"], "certificate-untrusted")
                    gateway.stop()
                    nginx.stop()

    def test_a_client_certificate_is_shown_where_one_is_configured(self):
        for certificate in (everybody.client, everybody.issuing.issue("client-rsa", usage=certificates.CLIENT, key="rsa")):
            for version in ("TLSv1.2", "TLSv1.3"):
                with self.subTest(certificate=certificate.name, version=version):
                    nginx = self.nginx(lines=[*asking_for_certificates(), f"ssl_protocols {version}"])
                    gateway = self.gateway(**pem(certificate))
                    answer = gateway.get("/api/")
                    self.assertEqual(answer.status, 200, answer)
                    self.assertEqual(answer.seen("X-Subject"), [f"CN={certificate.name}"])
                    gateway.stop()
                    self.assertEqual(self.gateway().get("/api/").status, 400)  # nginx's answer to whoever shows none
                    nginx.stop()

    def test_the_systems_authorities_are_trusted_by_default_and_no_other(self):
        self.nginx()
        gateway = Gateway({**configuration(provider, upstream, [endpoint("/api/", public=True, upstream="far")]),
                           "upstreams": {"far": {"servers": [f"https://{HOST}:{self.port}"], **PATIENT}}}).start()
        self.addCleanup(gateway.stop)
        self.assertEqual(gateway.get("/api/").status, 502)
        self.assertEqual(gateway.events("tls", 1)[-1]["why"], "certificate-untrusted")

    def test_a_small_record_size_is_asked_for(self):
        for fragment in (512, 1024, 2048, 4096):
            with self.subTest(fragment):
                nginx, gateway = self.nginx(), self.gateway(max_fragment=fragment)
                answer = gateway.get("/api/bytes?count=300000")
                self.assertEqual((answer.status, len(answer.body)), (200, 300000))
                gateway.stop()
                nginx.stop()

    def test_keys_and_userinfo_come_over_tls_too(self):
        self.nginx(to=provider.port)
        base = f"https://{HOST}:{self.port}"
        entry = verifying(provider, jwks={"url": f"{base}/jwks"}, userinfo={"url": f"{base}/me"}, tls={"ca_file": str(self.authority)})
        gateway = Gateway(configuration(provider, upstream, [endpoint("/jwt/", authenticate=using("jwt", "far")),
                                                             endpoint("/me/", [], authenticate=using("oidc", "far"))],
                                        providers={"far": entry})).start()
        self.addCleanup(gateway.stop)
        self.assertEqual(gateway.get("/jwt/", bearer(provider.jwt())).status, 200)
        self.assertEqual(gateway.get("/me/", bearer(provider.sign_in()["access_token"])).status, 200)
