"""A client that comes again saves the key exchange, and nothing else: what it had to prove, it still has to prove."""

import signal
import ssl
import unittest

import certificates
from client import until
from peers import provider, upstream
from stack import configuration, endpoint
from targets import needs
from tls_client import Connection, context, request, s_client
from tls_stack import AGAINST_NGINX, TlsGateway, everybody, pem, tls_server

VERSIONS = (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)


def session_of(port, trusting, **options):
    """A session to resume, taken after an answer: TLS 1.3 sends its tickets beside the data."""
    with Connection(port, trusting, **options) as connection:
        assert connection.ask("/api/").status == 200
        return connection.sock.session


def resumed(port, trusting, session, **options):
    with Connection(port, trusting, session=session, **options) as connection:
        assert connection.ask("/api/").status == 200
        return connection.sock.session_reused


class Resumption(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = tls_server(cls, workers=2)

    def test_a_ticket_saves_the_key_exchange(self):
        for version in VERSIONS:
            trusting = context(everybody.root, version=version)
            with self.subTest(version):
                session = session_of(self.server.port, trusting)
                self.assertTrue(session.has_ticket)
                self.assertGreaterEqual(session.ticket_lifetime_hint, 60)
                self.assertTrue(resumed(self.server.port, trusting, session))

    def test_every_worker_takes_the_tickets_of_the_others(self):
        for version in VERSIONS:
            trusting = context(everybody.root, version=version)
            session = session_of(self.server.port, trusting)
            with self.subTest(version):
                for _ in range(20):
                    self.assertTrue(resumed(self.server.port, trusting, session))

    def test_a_resumed_session_can_be_resumed_again(self):
        for version in VERSIONS:
            trusting = context(everybody.root, version=version)
            session = session_of(self.server.port, trusting)
            with self.subTest(version):
                for _ in range(5):
                    with Connection(self.server.port, trusting, session=session) as connection:
                        self.assertEqual(connection.ask("/api/").status, 200)
                        self.assertTrue(connection.sock.session_reused)
                        session = connection.sock.session

    def test_openssl_resumes_too(self):
        for version in ("-tls1_2", "-tls1_3"):
            said = s_client(self.server.port, version, "-reconnect", "-CAfile", everybody.root.file)
            with self.subTest(version):
                self.assertGreaterEqual(len([line for line in said.splitlines() if line.startswith("Reused, ")]),
                                        4 if version == "-tls1_2" else 0, said)

    def test_a_ticket_of_somebody_else_costs_a_full_handshake_only(self):
        elsewhere = tls_server(self)
        for version in VERSIONS:
            trusting = context(everybody.root, version=version)
            with self.subTest(version):
                self.assertFalse(resumed(self.server.port, trusting, session_of(elsewhere.port, trusting)))

    def test_tls_1_3_resumes_with_a_key_exchange(self):
        """So that a ticket key that is lost later opens nothing that was recorded."""
        session = everybody.root.folder / "session.pem"
        trusting = ["-tls1_3", "-CAfile", everybody.root.file]
        s_client(self.server.port, *trusting, "-sess_out", session, "-ign_eof",
                 say=b"GET /api/ HTTP/1.1\r\nHost: gateway.test\r\nConnection: close\r\n\r\n")
        said = s_client(self.server.port, *trusting, "-sess_in", session)
        self.assertIn("Reused, TLSv1.3", said)
        self.assertIn("Server Temp Key", said)


@unittest.skipIf(AGAINST_NGINX, "two listeners of one gateway")
class Identity(unittest.TestCase):
    """A ticket opens no door that asks for more than a ticket."""

    @classmethod
    def setUpClass(cls):
        cls.server = TlsGateway(configuration(provider, upstream, [endpoint("/api/", public=True)], limits={"workers": 2}))
        cls.server.add_listener(**pem(everybody.gateway), client_ca_file=str(everybody.root.file), client_certificate="required")
        cls.server.add_listener(**pem(everybody.gateway), client_ca_file=str(everybody.stranger.file), client_certificate="required")
        cls.open, cls.guarded, cls.strangers = cls.server.ports
        cls.server.start()
        cls.addClassCleanup(cls.server.stop)

    def test_a_ticket_without_a_certificate_is_no_certificate(self):
        for version in VERSIONS:
            trusting = context(everybody.root, version=version)
            session = session_of(self.open, trusting)
            with self.subTest(version), self.assertRaises((ssl.SSLError, ConnectionError)):
                resumed(self.guarded, trusting, session)

    def test_where_certificates_are_asked_for_there_are_no_tickets(self):
        """So that nobody comes in with what a certificate proved that has expired, or whose authority was removed."""
        for version in VERSIONS:
            session = session_of(self.guarded, context(everybody.root, everybody.client, version))
            with self.subTest(version):
                self.assertFalse(session.has_ticket)

    def test_a_certificate_for_one_listener_is_none_for_another(self):
        theirs = everybody.stranger.issue("their-client", usage=certificates.CLIENT)
        for version in VERSIONS:
            trusting = context(everybody.root, theirs, version)
            session = session_of(self.strangers, trusting)
            with self.subTest(version), self.assertRaises((ssl.SSLError, ConnectionError)):
                resumed(self.guarded, trusting, session)


@unittest.skipIf(AGAINST_NGINX, "nginx's workers change with a reload")
class AfterReload(unittest.TestCase):
    @needs("signals")
    def test_tickets_outlive_a_reload(self):
        server = tls_server(self)
        for version in VERSIONS:
            trusting = context(everybody.root, version=version)
            session = session_of(server.port, trusting)
            before = len(server.output())
            server.signal(signal.SIGHUP)
            self.assertTrue(until(lambda: len(server.output()) > before, 5))
            with self.subTest(version):
                self.assertTrue(resumed(server.port, trusting, session))

    @needs("signals")
    def test_who_is_not_trusted_any_more_does_not_come_back_with_a_ticket(self):
        """The authority is taken out of the file: its clients are out, resumed or not."""
        authority = everybody.root.folder / "clients.pem"
        both = everybody.root.file.read_text() + everybody.stranger.file.read_text()
        authority.write_text(both)
        server = TlsGateway(configuration(provider, upstream, [endpoint("/api/", public=True)]),
                            client_ca_file=str(authority), client_certificate="required").start()
        self.addCleanup(server.stop)
        removed = everybody.stranger.issue("removed-client", usage=certificates.CLIENT)
        sessions = []
        for version in VERSIONS:
            trusting = context(everybody.root, removed, version)
            sessions.append((trusting, session_of(server.port, trusting)))
        authority.write_text(everybody.root.file.read_text())
        server.signal(signal.SIGHUP)

        def refused(trusting, session=None):
            try:
                resumed(server.port, trusting, session)
                return False
            except (ssl.SSLError, ConnectionError):
                return True

        self.assertTrue(until(lambda: refused(sessions[0][0]), 5))
        for trusting, session in sessions:
            with self.subTest(trusting.maximum_version):
                self.assertTrue(refused(trusting, session))
        self.assertEqual(request(server.port, context(everybody.root, everybody.client), "/api/").status, 200)
