"""What a TLS client can agree on with the gateway, and everything it cannot: versions, suites, groups, protocols."""

import ssl
import unittest

import client_hello
from client_hello import (RENEGOTIATION_INFO_SUITE, SSL_3, TLS_1_0, TLS_1_1, TLS_1_2, TLS_1_3, accepted_suites, hello, offer)
from tls_client import Connection, context, curl, get, printed, s_client
from tls_stack import everybody, tls_server

# All there is, by the names of the registry and of openssl. docs/configuration.md lists the same.
SUITES_1_3 = {0x1301: "TLS_AES_128_GCM_SHA256", 0x1302: "TLS_AES_256_GCM_SHA384", 0x1303: "TLS_CHACHA20_POLY1305_SHA256"}
ECDSA = {0xC02B: "ECDHE-ECDSA-AES128-GCM-SHA256", 0xC02C: "ECDHE-ECDSA-AES256-GCM-SHA384", 0xCCA9: "ECDHE-ECDSA-CHACHA20-POLY1305"}
RSA = {0xC02F: "ECDHE-RSA-AES128-GCM-SHA256", 0xC030: "ECDHE-RSA-AES256-GCM-SHA384", 0xCCA8: "ECDHE-RSA-CHACHA20-POLY1305"}
GROUPS = {"X25519": "X25519", "P-256": "ECDH, prime256v1", "P-384": "ECDH, secp384r1"}
EVERY_SUITE = [number for number in range(0x10000) if number not in (RENEGOTIATION_INFO_SUITE, client_hello.FALLBACK_SUITE)]
OFFERED_AT_ONCE = 2000  # a ClientHello of 4 KiB


class Negotiation(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = tls_server(cls)
        cls.rsa_server = tls_server(cls, everybody.gateway_rsa)

    def both(self):
        return (self.server, ECDSA), (self.rsa_server, RSA)

    def test_every_listed_suite_carries_a_request(self):
        for server, suites in self.both():
            for suite in suites.values():
                trusting = context(everybody.root, version=ssl.TLSVersion.TLSv1_2, suites=suite)
                with self.subTest(suite), Connection(server.port, trusting) as connection:
                    self.assertEqual(connection.sock.cipher()[0], suite)
                    self.assertEqual(connection.ask("/api/").status, 200)
            for suite in SUITES_1_3.values():
                said = s_client(server.port, "-tls1_3", "-ciphersuites", suite, "-CAfile", everybody.root.file, "-ign_eof",
                                say=get("/api/"))
                with self.subTest(suite):
                    self.assertRegex(said, rf"New, TLSv1.3, Cipher is {suite}")
                    self.assertRegex(said, "HTTP/1.1 200")

    def every(self, server, version):
        found = set()
        for at in range(0, len(EVERY_SUITE), OFFERED_AT_ONCE):
            found |= accepted_suites(server.port, version, EVERY_SUITE[at:at + OFFERED_AT_ONCE])
        return found

    def test_no_other_suite_of_the_65534_is_taken(self):
        for server, suites in self.both():
            self.assertEqual(self.every(server, TLS_1_2), set(suites))
            self.assertEqual(self.every(server, TLS_1_3), set(SUITES_1_3))

    def test_a_client_with_no_suite_in_common_is_told(self):
        for version in (TLS_1_2, TLS_1_3):
            reply = offer(self.server.port, hello(version, [0x002F, 0x0035, 0xC013]))
            self.assertEqual((reply.kind, reply.alert), ("alert", "handshake_failure"))

    def test_older_versions_are_refused_with_an_alert(self):
        for version in (SSL_3, TLS_1_0, TLS_1_1):
            with self.subTest(hex(version)):
                reply = offer(self.server.port, hello(version, [*ECDSA, 0xC009, 0xC00A, 0x002F]))
                self.assertEqual(reply.kind, "alert")
                self.assertIn(reply.alert, ("protocol_version", "handshake_failure"))
        for option in ("-tls1", "-tls1_1"):
            said = s_client(self.server.port, option, "-cipher", "ALL:@SECLEVEL=0")
            self.assertRegex(said, "alert protocol version", said)

    def test_the_hello_of_ssl_2_ends_the_connection(self):
        message = bytes.fromhex("01" "0303" "0003" "0000" "0010" "00c02b") + bytes(16)
        reply = client_hello.ask(self.server.port, (0x8000 | len(message)).to_bytes(2, "big") + message)
        self.assertIn(reply.kind, ("alert", "closed"))

    def test_min_version_1_3_refuses_1_2(self):
        server = tls_server(self, min_version="1.3")
        reply = offer(server.port, hello(TLS_1_2, list(ECDSA)))
        self.assertEqual((reply.kind, reply.alert), ("alert", "protocol_version"))
        with Connection(server.port, context(everybody.root)) as connection:
            self.assertEqual(connection.sock.version(), "TLSv1.3")
            self.assertEqual(connection.ask("/api/").status, 200)

    def test_curl_gets_in_with_both_versions(self):
        for server, _ in self.both():
            for most in ("1.2", "1.3"):
                code, body, said = curl("--cacert", everybody.root.file, "--tls-max", most, "--resolve",
                                        f"gateway.test:{server.port}:127.0.0.1", f"https://gateway.test:{server.port}/api/")
                self.assertEqual(code, 0, said)
                self.assertIn('"method": "GET"', body)

    def test_nothing_is_compressed(self):
        for version, suites in ((TLS_1_2, ECDSA), (TLS_1_3, SUITES_1_3)):
            for offered in (b"\1\0", b"\0\1", b"\1"):
                reply = offer(self.server.port, hello(version, list(suites), compression=offered))
                self.assertEqual(reply.compression, 0)
        self.assertEqual(printed("Compression", s_client(self.server.port, "-tls1_2", "-comp")), "NONE")

    def test_a_client_cannot_renegotiate(self):
        said = s_client(self.server.port, "-tls1_2", "-CAfile", everybody.root.file, say=b"R\n" + get("/api/"))
        self.assertIn("RENEGOTIATING", said)
        self.assertRegex(said, "no renegotiation|handshake failure|unexpected|errno")
        self.assertNotIn("HTTP/1.1 200", said)
        self.assertIn("Secure Renegotiation IS supported", said)  # which says that nobody was spliced in front

    def test_each_group_carries_a_request(self):
        for group, key in GROUPS.items():
            for version in ("-tls1_2", "-tls1_3"):
                with self.subTest(group=group, version=version):
                    said = s_client(self.rsa_server.port, version, "-groups", group, "-CAfile", everybody.root.file, "-ign_eof",
                                    say=get("/api/"))
                    self.assertIn("HTTP/1.1 200", said)
                    self.assertRegex(said, f"Server Temp Key: {key}")

    def test_groups_of_finite_fields_are_refused(self):
        said = s_client(self.server.port, "-tls1_3", "-groups", "ffdhe2048")
        self.assertRegex(said, "alert handshake failure")

    def test_alpn_is_http_1_1_or_none(self):
        for offered, chosen in ((("http/1.1",), "http/1.1"), (("h2", "http/1.1"), "http/1.1"), ((), None)):
            with Connection(self.server.port, context(everybody.root, protocols=offered)) as connection:
                self.assertEqual(connection.sock.selected_alpn_protocol(), chosen)
                self.assertEqual(connection.ask("/api/").status, 200)

    def test_a_client_that_speaks_http_2_only_is_told(self):
        for version in (TLS_1_2, TLS_1_3):
            reply = offer(self.server.port, hello(version, [*SUITES_1_3, *ECDSA], protocols=["h2"]))
            if reply.kind == "hello":  # TLS 1.3: the alert comes encrypted, after the hello
                said = s_client(self.server.port, "-tls1_3", "-alpn", "h2")
                self.assertRegex(said, "alert no application protocol")
            else:
                self.assertEqual((reply.kind, reply.alert), ("alert", "no_application_protocol"))

    def test_a_hello_in_many_small_records_is_read(self):
        for version, suites in ((TLS_1_2, ECDSA), (TLS_1_3, SUITES_1_3)):
            for size in (5, 100):  # mbedTLS wants the message's own head in one piece
                with self.subTest(version=hex(version), size=size):
                    self.assertEqual(offer(self.server.port, hello(version, list(suites)), size=size).kind, "hello")
