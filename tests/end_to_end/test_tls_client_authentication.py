"""How the gateway says at its provider who it is, without a secret that both know."""

import json
import unittest

import certificates
from client import bearer, until
from peers import provider, upstream
from stack import Gateway, configuration, endpoint, free_port, introspecting
from tls_stack import FOLDER, Nginx, asking_for_certificates, everybody, nginx_server, pem

HOST = "localhost"


class ClientAuthentication(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.port = free_port()
        cls.nginx = Nginx(cls.port, nginx_server(cls.port, provider.port, everybody.issuing.issue("provider", [HOST]),
                                                 *asking_for_certificates("optional"))).start()
        cls.addClassCleanup(cls.nginx.stop)

    def gateway(self, tls=None, **introspection):
        entry = introspecting(provider)
        entry["introspection"] = {"url": f"https://{HOST}:{self.port}/token/introspection", **introspection}
        entry["tls"] = {"ca_file": str(everybody.root.file), **(tls or {})}
        made = configuration(provider, upstream, [endpoint("/api/")])
        made["providers"]["plant"] = entry
        gateway = Gateway(made).start()
        self.addCleanup(gateway.stop)
        return gateway

    def let_in(self, gateway):
        self.assertEqual(gateway.get("/api/", bearer(provider.token())).status, 200, gateway.output()[-500:])
        self.assertEqual(gateway.get("/api/", bearer("unknown")).status, 401)

    def turned_away(self, gateway):
        """The provider refuses the gateway, not the token."""
        answer = gateway.get("/api/", bearer(provider.token()))
        self.assertEqual(answer.status, 503, answer)

    def test_a_secret_goes_over_tls(self):
        secret = FOLDER / "secret"
        secret.write_text("secret")
        secret.chmod(0o600)
        for how, name in (("client_secret_basic", "postern"), ("client_secret_post", "postern-post")):
            self.let_in(self.gateway(client_auth=how, client_id=name, client_secret_file=str(secret)))

    def test_tls_client_auth(self):
        provider.register("postern-mtls", token_endpoint_auth_method="tls_client_auth", tls_client_auth_subject_dn="CN=client")
        how = {"client_auth": "tls_client_auth", "client_id": "postern-mtls"}
        self.let_in(self.gateway(pem(everybody.client), **how))
        self.turned_away(self.gateway(pem(everybody.other_client), **how))

    def test_private_key_jwt(self):
        keys = {"ES256": certificates.key_pair(FOLDER, "gateway-es", "ec"), "RS256": certificates.key_pair(FOLDER, "gateway-rs", "rsa")}
        keys["PS256"] = keys["RS256"]
        for algorithm, (key_file, public_key) in keys.items():
            with self.subTest(algorithm):
                provider.register(f"postern-{algorithm}", token_endpoint_auth_method="private_key_jwt", public_keys=[public_key])
                how = {"client_auth": "private_key_jwt", "client_id": f"postern-{algorithm}", "client_key_algorithm": algorithm,
                       "client_assertion_audience": provider.url("")}
                self.let_in(self.gateway(client_key_file=str(key_file), **how))
                other, _ = certificates.key_pair(FOLDER, f"other-{algorithm}", "ec" if algorithm == "ES256" else "rsa")
                self.turned_away(self.gateway(client_key_file=str(other), **how))

    def test_each_assertion_is_another(self):
        """The provider takes each jti once (RFC 7523 section 3): twenty calls, each with an assertion of its own."""
        key_file, public_key = certificates.key_pair(FOLDER, "gateway-many", "ec")
        provider.register("postern-many", token_endpoint_auth_method="private_key_jwt", public_keys=[public_key])
        gateway = self.gateway(client_auth="private_key_jwt", client_id="postern-many", client_key_file=str(key_file),
                               client_key_algorithm="ES256", client_assertion_audience=provider.url(""))
        for _ in range(20):
            self.assertEqual(gateway.get("/api/", bearer(provider.token())).status, 200)

    def test_no_key_is_ever_logged(self):
        key_file, public_key = certificates.key_pair(FOLDER, "gateway-logged", "ec")
        provider.register("postern-logged", token_endpoint_auth_method="private_key_jwt", public_keys=[public_key])
        gateway = self.gateway(client_auth="private_key_jwt", client_id="postern-logged", client_key_file=str(key_file),
                               client_key_algorithm="ES256", client_assertion_audience=provider.url(""))
        self.let_in(gateway)
        self.assertTrue(until(lambda: len(gateway.access_log()) == 2, 5))
        secret_lines = key_file.read_text().splitlines()[1:-1]
        for text in (gateway.output(), json.dumps(gateway.counters())):
            self.assertNotIn("eyJ", text)
            for line in secret_lines:
                self.assertNotIn(line, text)


class KeyFiles(unittest.TestCase):
    def test_a_key_that_others_may_read_is_refused(self):
        key_file, _ = certificates.key_pair(FOLDER, "gateway-open", "ec")
        made = configuration(provider, upstream, [endpoint("/api/")])
        made["providers"]["plant"]["introspection"] = {
            "url": provider.url("/token/introspection"), "client_auth": "private_key_jwt", "client_id": "x",
            "client_key_file": str(key_file), "client_key_algorithm": "ES256"}
        for mode in (0o640, 0o604, 0o644):
            key_file.chmod(mode)
            gateway = Gateway(made)
            with self.subTest(oct(mode)), self.assertRaisesRegex(RuntimeError, "client_key_file: .* by others"):
                gateway.start()
