"""Lines of the reference's connectors, imported: what the program writes and says, and that it works at the gateway."""

import json
import unittest

from client import bearer
from peers import provider, upstream
from stack import BUILD, Gateway
from targets import TARGET, needs


def imported(lines):
    file = BUILD / "connector.txt"
    file.write_bytes(lines if isinstance(lines, bytes) else lines.encode())
    return TARGET.postern("import", file)


@needs("commands")
class CommandLine(unittest.TestCase):
    def test_what_is_carried_whole_is_exit_code_0_and_silence(self):
        answer = imported("token_validation_uri:{defaultURI:http://id.example/check}\n")
        self.assertEqual((answer.returncode, answer.stderr), (0, ""))
        file = BUILD / "imported.json"
        file.write_text(answer.stdout)
        check = TARGET.postern("check", file)
        self.assertEqual(check.returncode, 0, check)

    def test_what_is_not_carried_is_exit_code_1_a_line_each_and_a_file(self):
        answer = imported("jwks_uri:http://id.example/keys\nshared_token_spkey:4711\n\nPolicies:[[P]]\n")
        self.assertEqual(answer.returncode, 1, answer)
        self.assertIn("endpoints", json.loads(answer.stdout))
        lines = answer.stderr.splitlines()
        self.assertRegex(lines[0], r"connector.txt:2: shared_token_spkey: .+; .+")
        self.assertRegex(lines[1], r"connector.txt:4: Policies: .+; .+")
        self.assertEqual(len(lines), 2)
        self.assertNotIn("4711", answer.stderr)

    def test_what_cannot_be_used_is_exit_code_2_and_no_file(self):
        for unusable in ("", "iss:a\n", b"jwks_uri:\xff\n", "a" * 65537):
            answer = imported(unusable)
            self.assertEqual((answer.returncode, answer.stdout), (2, ""))
            self.assertTrue(answer.stderr.strip())
        for words in ([], ["a", "b"], [BUILD / "no such file"], [BUILD]):
            answer = TARGET.postern("import", *words)
            self.assertEqual((answer.returncode, answer.stdout), (2, ""))
            self.assertTrue(answer.stderr.strip())


@needs("commands")
class AtWork(unittest.TestCase):
    """Imported, given its upstream, and started."""

    def start(self, *lines):
        answer = imported("\n".join(lines))
        self.assertEqual((answer.returncode, answer.stderr), (0, ""))
        configuration = json.loads(answer.stdout)
        del configuration["listeners"]
        configuration["upstreams"]["upstream"]["servers"] = [f"http://127.0.0.1:{upstream.port}"]
        gateway = Gateway(configuration).start()
        self.addCleanup(gateway.stop)
        return gateway

    def test_an_oauth2_connector_asks_as_the_reference_does(self):
        gateway = self.start(f"token_validation_uri:{{defaultURI:{provider.url('/me')}}}",
                             'inject_headers:{"X-Subject":"$.sub"}')
        token = provider.sign_in()["access_token"]
        answer = gateway.get("/", bearer(token), ("X-Subject", "mallory"))
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual(answer.seen("X-Subject"), ["alice"])
        self.assertEqual(answer.seen("Authorization"), [f"Bearer {token}"])
        self.assertEqual(gateway.get("/", bearer("no-such-token")).status, 401)

    def test_the_region_chooses_uri_and_headers(self):  # T3, T4
        gateway = self.start("regionCodeHeader:X-Region",
                             f'regionCodeValue:{{"FR":"{provider.url("/me?region=fr")}"}}',
                             f"defaultURI:{provider.url('/me')}",
                             'inject_headers:{"FR":{"X-Fr":"$.sub"},"default":{"X-Default":"$.sub"}}')
        token = bearer(provider.sign_in()["access_token"])
        french = gateway.get("/", token, ("X-Region", "FR"))
        self.assertEqual((french.status, french.seen("X-Fr"), french.seen("X-Default")), (200, ["alice"], []))
        for other in ([("X-Region", "XX")], [("X-Region", "")], []):
            answer = gateway.get("/", token, *other)
            self.assertEqual((answer.status, answer.seen("X-Fr"), answer.seen("X-Default")), (200, [], ["alice"]))

    def test_a_jwt_connector_verifies_with_rules(self):
        gateway = self.start(f"public_key_request_path:{provider.url('/jwks')}", "public_key_ttl:15",
                             f"iss:https://other.example,{provider.url('')}", "aud:urn:jwt:historian",
                             'nonstandard_claims:{"groups":"operators,managers"}', "groupsMatchPolicy:matchany",
                             'inject_headers:{"X-Client":"client_id"}', "block_authorization_header:true")
        answer = gateway.get("/", bearer(provider.jwt()))
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual((answer.seen("X-Client"), answer.seen("Authorization")), (["operator"], []))
        self.assertEqual(gateway.get("/", bearer(provider.jwt("visitor", "read"))).status, 403)
        self.assertEqual(gateway.get("/", bearer(provider.token())).status, 401)  # opaque

    def test_an_oidc_connector_asks_userinfo_and_keeps_the_token(self):
        gateway = self.start(f"userinfo_endpoint:{{defaultURI:{provider.url('/me')}}}",
                             'inject_headers:{"X-Email":"$.email"}')
        answer = gateway.get("/", bearer(provider.sign_in()["access_token"]))
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual(answer.seen("Authorization"), [])
        self.assertEqual(gateway.get("/", bearer("no-such-token")).status, 401)
