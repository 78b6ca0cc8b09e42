"""Who is who: the certificate a client gets for the name it asks for, and the one it has to show."""

import functools
import shutil
import signal
import ssl
import unittest

import certificates
from client import until
from targets import needs
from tls_client import NAME, Connection, context, request, s_client
from tls_stack import AGAINST_NGINX, FOLDER, everybody, tls_server

REFUSED = (ssl.SSLError, ConnectionError)


def subject(connection):
    return dict(pair for (pair,) in connection.sock.getpeercert()["subject"])["commonName"]


class Names(unittest.TestCase):
    """Several certificates at one listener; the first is for whoever names nothing that is known."""

    @classmethod
    def setUpClass(cls):
        cls.other = everybody.issuing.issue("other", ["other.test", "another.test"], key="rsa")
        cls.wild = everybody.issuing.issue("wild", ["*.wild.test"])
        cls.direct = everybody.root.issue("direct", ["direct.test"])
        cls.server = tls_server(cls, more=[cls.other, cls.wild, cls.direct])

    def test_each_name_gets_its_certificate(self):
        trusting = context(everybody.root)
        for name, certificate in ((NAME, "gateway"), ("other.test", "other"), ("another.test", "other"), ("OTHER.Test", "other"),
                                  ("a.wild.test", "wild"), ("direct.test", "direct")):
            for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
                trusting.minimum_version = trusting.maximum_version = version
                with self.subTest(name=name, version=version), Connection(self.server.port, trusting, name=name) as connection:
                    self.assertEqual(subject(connection), certificate)
                    self.assertEqual(connection.ask("/api/").status, 200)
            trusting = context(everybody.root)

    def test_any_other_name_or_none_gets_the_first(self):
        trusting = context(everybody.root)
        trusting.check_hostname = False
        for name in (None, "unknown.test", "wild.test", "a.b.wild.test", "xwild.test", "127.0.0.1", "other.test.example", ".".join(["x" * 60] * 4)):
            with self.subTest(name), Connection(self.server.port, trusting, name=name) as connection:
                self.assertEqual(subject(connection), "gateway")

    def test_the_chain_is_sent_without_the_root(self):
        for name, count in ((NAME, 2), ("other.test", 2), ("direct.test", 1)):
            said = s_client(self.server.port, "-showcerts", "-CAfile", everybody.root.file, "-verify_return_error",
                            "-verify_hostname", name, name=name)
            self.assertEqual(said.count("BEGIN CERTIFICATE"), count, said)
            self.assertIn("Verify return code: 0 (ok)", said)


class SameName(unittest.TestCase):
    """An ECDSA certificate and, for those who cannot verify it, an RSA one of the same name."""

    def test_each_client_gets_what_it_can_verify(self):
        if AGAINST_NGINX:
            self.skipTest("the stand-in has one certificate per server block")
        server = tls_server(self, more=[everybody.gateway_rsa])
        for suites, certificate in (("ECDHE-ECDSA-AES128-GCM-SHA256", "gateway"), ("ECDHE-RSA-AES128-GCM-SHA256", "gateway-rsa")):
            trusting = context(everybody.root, version=ssl.TLSVersion.TLSv1_2, suites=suites)
            with self.subTest(suites), Connection(server.port, trusting) as connection:
                self.assertEqual(subject(connection), certificate)
        for algorithms, kind in (("ECDSA+SHA256", "ECDSA"), ("RSA-PSS+SHA256", "RSA-PSS")):
            said = s_client(server.port, "-tls1_3", "-sigalgs", algorithms)
            with self.subTest(algorithms):
                self.assertIn(f"Peer signature type: {kind}", said)


class ClientCertificates(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.required = tls_server(cls, client="required")
        cls.optional = tls_server(cls, client="optional")
        stranger = everybody.stranger.issue("unknown-client", usage=certificates.CLIENT)
        issue = functools.partial(everybody.issuing.issue, usage=certificates.CLIENT)
        cls.good = {"ecdsa": everybody.client, "rsa": issue("client-rsa", key="rsa"), "of-the-root": everybody.root.issue(
            "client-of-the-root", usage=certificates.CLIENT)}
        cls.bad = {
            "certificate-untrusted": stranger,
            "certificate-expired": issue("client-expired", days=(-10, -1)),
            "certificate-not-yet-valid": issue("client-not-yet", days=(1, 10)),
            "certificate-use": everybody.issuing.issue("client-with-a-servers", usage=certificates.SERVER),
        }

    def clients(self, certificate):
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            yield context(everybody.root, certificate, version)

    def test_a_good_one_gets_in(self):
        for name, certificate in self.good.items():
            for trusting in self.clients(certificate):
                for server in (self.required, self.optional):
                    with self.subTest(name):
                        self.assertEqual(request(server.port, trusting, "/api/").status, 200)

    def test_none_gets_in_only_where_it_is_optional(self):
        for trusting in self.clients(None):
            self.assertEqual(request(self.optional.port, trusting, "/api/").status, 200)
            with self.assertRaises(REFUSED):
                request(self.required.port, trusting, "/api/")

    @unittest.skipIf(AGAINST_NGINX, "nginx lets the handshake pass and answers 400")
    def test_a_bad_one_is_refused_and_the_log_says_why(self):
        for server in (self.required, self.optional):
            for why, certificate in self.bad.items():
                for trusting in self.clients(certificate):
                    logged = len(server.events("tls"))
                    with self.subTest(why):
                        with self.assertRaises(REFUSED):
                            request(server.port, trusting, "/api/")
                        self.assertTrue(until(lambda: len(server.events("tls")) > logged, 3), server.output()[-500:])
                        self.assertEqual(server.events("tls")[-1]["why"], why)

    @unittest.skipIf(AGAINST_NGINX, "nginx lets the handshake pass and answers 400")
    def test_the_intermediate_must_come_with_it(self):
        alone = certificates.Certificate(FOLDER, "client-alone")
        shutil.copy(everybody.client.file, alone.chain_file)
        shutil.copy(everybody.client.key_file, alone.key_file)
        for trusting in self.clients(alone):
            with self.assertRaises(REFUSED):
                request(self.required.port, trusting, "/api/")

    def test_tls_1_3_says_that_one_is_required(self):
        said = s_client(self.required.port, "-tls1_3", "-CAfile", everybody.root.file, "-ign_eof", say=b"GET /api/ HTTP/1.1\r\n\r\n")
        self.assertRegex(said, "alert certificate required|bad record mac")  # mbedTLS seals it with the handshake's keys


@needs("signals")
@unittest.skipIf(AGAINST_NGINX, "nginx's workers change with a reload")
class Reload(unittest.TestCase):
    """SIGHUP takes the certificates' files as they are now; what stands, stands."""

    def setUp(self):
        self.served = everybody.issuing.issue("served", [NAME])
        self.server = tls_server(self, self.served)

    def replace(self, certificate):
        for source, target in ((certificate.key_file, self.served.key_file), (certificate.chain_file, self.served.chain_file)):
            beside = target.with_suffix(".new")
            shutil.copy(source, beside)
            beside.rename(target)

    def shown(self, trusting=None):
        with Connection(self.server.port, trusting or context(everybody.root)) as connection:
            return subject(connection)

    def test_new_connections_get_the_new_one_and_old_ones_go_on(self):
        self.assertEqual(self.shown(), "served")
        with Connection(self.server.port, context(everybody.root)) as old:
            self.assertEqual(old.ask("/api/").status, 200)
            for key in ("ec", "rsa"):
                self.replace(everybody.issuing.issue(f"renewed-{key}", [NAME], key=key))
                self.server.signal(signal.SIGHUP)
                self.assertTrue(until(lambda: self.shown() == f"renewed-{key}", 5), self.server.output()[-500:])
                self.assertEqual(old.ask("/api/").status, 200)
                self.assertEqual(subject(old), "served")

    def test_an_answer_under_way_is_finished(self):
        with Connection(self.server.port, context(everybody.root)) as slow:
            slow.putrequest("GET", "/api/slow?ms=1000")
            slow.endheaders()
            self.replace(everybody.issuing.issue("renewed", [NAME]))
            self.server.signal(signal.SIGHUP)
            self.assertTrue(until(lambda: self.shown() == "renewed", 5))
            self.assertEqual(slow.getresponse().status, 200)

    def test_files_that_are_no_good_change_nothing(self):
        original = {file: file.read_bytes() for file in (self.served.chain_file, self.served.key_file)}
        other_key = everybody.gateway.key_file.read_bytes()
        for file, content in ((self.served.chain_file, b""), (self.served.chain_file, b"nonsense"), (self.served.key_file, other_key)):
            with self.subTest(file=file.name, content=content[:20]):
                file.write_bytes(content)
                before = len(self.server.output())
                self.server.signal(signal.SIGHUP)
                self.assertTrue(until(lambda: file.name in self.server.output()[before:], 5), "the log names the file")
                self.assertEqual(self.shown(), "served")
                file.write_bytes(original[file])

    @needs("memory")
    def test_a_hundred_reloads_cost_no_memory(self):
        for _ in range(10):
            self.server.signal(signal.SIGHUP)
            self.assertEqual(self.shown(), "served")
        before = self.server.resident_kib()
        for _ in range(100):
            self.server.signal(signal.SIGHUP)
            self.assertEqual(self.shown(), "served")
        self.assertLessEqual(self.server.resident_kib() - before, 128)
