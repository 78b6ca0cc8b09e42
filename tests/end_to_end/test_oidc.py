"""Who has signed in calls an API with the token of that sign-in; the provider's UserInfo says who it is."""

import re
import unittest

from client import bearer
from peers import provider, upstream
from scripted import Scripted, http, json_answer
from stack import Gateway, configuration, signed_in, verifying
from targets import needs
from tokens import flipped


class SignedIn(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.gateway = Gateway(configuration(provider, upstream, [
            signed_in("/me/", "userinfo"), signed_in("/forwarding/", "userinfo", forward_authorization=True),
            signed_in("/unverified/", "unverified"), signed_in("/post/", "post"),
        ], providers={
            "userinfo": verifying(provider),
            "unverified": verifying(provider, userinfo={"verify_locally": False}),
            "post": verifying(provider, userinfo={"method": "POST"}),
        })).start()

    @classmethod
    def tearDownClass(cls):
        cls.gateway.stop()

    def test_an_access_token_gets_in_and_the_upstream_sees_who_it_is_but_not_the_token(self):
        answer = self.gateway.get("/me/", bearer(provider.sign_in("bob")["access_token"]))
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual(answer.seen("X-Subject"), ["bob"])
        self.assertEqual(answer.seen("X-Email"), ["bob@plant.example"])
        self.assertEqual(answer.seen("X-None"), [])
        self.assertEqual(answer.seen("Authorization"), [])

    def test_an_id_token_adds_the_claims_that_userinfo_does_not_have(self):
        answer = self.gateway.get("/me/", bearer(provider.sign_in("bob")["id_token"]))
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual(answer.seen("X-Subject"), ["bob"])
        self.assertEqual(answer.seen("X-Email"), ["bob@plant.example"])
        self.assertEqual(answer.seen("X-Audience"), ["web"])

    def test_authorization_is_forwarded_only_where_configured(self):
        token = provider.sign_in()["access_token"]
        self.assertEqual(self.gateway.get("/forwarding/", bearer(token)).seen("Authorization"), [f"Bearer {token}"])

    def test_the_second_call_is_served_from_the_cache(self):
        token = provider.sign_in()["id_token"]
        before = provider.calls("userinfo")
        for _ in range(3):
            self.assertEqual(self.gateway.get("/me/", bearer(token)).status, 200)
        self.assertEqual(provider.calls("userinfo"), before + 1)

    def test_userinfo_may_be_asked_by_post(self):
        answer = self.gateway.get("/post/", bearer(provider.sign_in("bob")["access_token"]))
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual(answer.seen("X-Subject"), ["bob"])

    def test_a_forged_id_token_costs_no_provider_call(self):
        token = provider.sign_in()["id_token"]
        self.gateway.get("/me/", bearer(token))
        before = provider.calls("userinfo")
        answer = self.gateway.get("/me/", bearer(flipped(token, len(token) - 10)))
        self.assertEqual(answer.status, 401, answer)
        self.assertIn('error="invalid_token"', answer.headers["WWW-Authenticate"])
        self.assertEqual(provider.calls("userinfo"), before)

    def test_without_local_verification_the_provider_decides(self):
        token = provider.sign_in()["id_token"]
        before = provider.calls("userinfo")
        self.assertEqual(self.gateway.get("/unverified/", bearer(token)).status, 200)
        self.assertEqual(self.gateway.get("/unverified/", bearer(flipped(token, len(token) - 10))).status, 401)
        self.assertEqual(provider.calls("userinfo"), before + 2)

    def test_what_the_provider_refuses_is_refused_with_its_status(self):
        answer = self.gateway.get("/me/", bearer("no-such-token"))
        self.assertEqual(answer.status, 401, answer)
        self.assertTrue(answer.headers["WWW-Authenticate"].startswith("Bearer"))
        self.assertEqual(answer.headers["Content-Type"], "application/problem+json")


DEFAULT = "Error Response retrieved from UserInfo endpoint. Response Code - {}"
HEADER = {"from": "header", "header": "WWW-Authenticate"}
NO_HEADER = {"from": "header"}
MEMBER = {"from": "body", "claim": "$.errorMessage"}
BODY = {"from": "body"}
SAYS = ("WWW-Authenticate", 'Bearer error="insufficient_scope", error_description="Needs <more>"')
TEXT = '{"errorMessage":"Access token \\"x\\" expired"}'

# The nine rows of the reference's section 4.4: (number, status, headers, body, where the message is, the message).
# The reference wraps it as HTML; here it is the `detail` of a problem.
MATRIX = [
    (1, 401, [SAYS], "", HEADER, SAYS[1]),
    (2, 403, [SAYS], "", HEADER, SAYS[1]),
    (3, 401, [], TEXT, MEMBER, 'Access token "x" expired'),
    (4, 401, [SAYS], "", NO_HEADER, DEFAULT.format(401)),
    (5, 403, [], TEXT, BODY, TEXT),
    (6, 400, [], TEXT, None, DEFAULT.format(400)),
    (7, 403, [], "", HEADER, DEFAULT.format(403)),
    (8, 401, [], '{"other":"x"}', MEMBER, DEFAULT.format(401)),
    (9, 500, [], "", BODY, DEFAULT.format(500)),
]


class ErrorMatrix(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.provider = Scripted()
        providers, endpoints = {}, []
        for number, status, fields, body, where, _ in MATRIX:
            lines = [f"{name}: {value}" for name, value in fields]
            cls.provider.answers[f"/{number}"] = json_answer(body, status, *lines) if body else http(status, b"", *lines)
            userinfo = {"url": cls.provider.url(f"/{number}"), "verify_locally": False}
            if where:
                userinfo["error_message"] = where
            name = f"row{number}"
            providers[name] = {"issuer": "https://id.plant.example", "userinfo": userinfo}
            endpoints.append(signed_in(f"/{name}/", name))
            overriding = {"override": True, "statuses": {case: {"status": 418, "text": "Teapot", "body": "ours"}
                                                         for case in ("token_invalid", "forbidden", "provider", "token_absent")}}
            endpoints.append(signed_in(f"/overriding/{name}/", name, errors=overriding))
        cls.gateway = Gateway(configuration(provider, upstream, endpoints, providers=providers)).start()

    @classmethod
    def tearDownClass(cls):
        cls.gateway.stop()
        cls.provider.stop()

    def test_the_status_and_the_message_are_the_providers(self):
        before = upstream.count()
        for number, status, _, _, _, message in MATRIX:
            with self.subTest(row=number):
                answer = self.gateway.get(f"/row{number}/", bearer(f"token-{number}"))
                self.assertEqual(answer.status, status, answer)
                self.assertEqual(answer.headers["Content-Type"], "application/problem+json")
                self.assertEqual(answer.json()["status"], status)
                self.assertEqual(answer.json()["detail"], message)
                self.assertNotIn(b"<more>", answer.body)  # escaped, in case somebody shows it as HTML
        self.assertEqual(upstream.count(), before)

    def test_the_message_is_the_same_each_time_the_token_comes(self):
        for number, status, _, _, where, message in MATRIX:
            with self.subTest(row=number):
                answers = [self.gateway.get(f"/row{number}/", bearer(f"again-{number}")) for _ in range(2)]
                self.assertEqual([answer.status for answer in answers], [status] * 2)
                if where:  # Otherwise a refusal may be remembered, and told in our words.
                    self.assertEqual([answer.json()["detail"] for answer in answers], [message] * 2)

    def test_error_sets_replace_our_answers_and_never_the_providers(self):
        for number, status, _, _, _, message in MATRIX:
            with self.subTest(row=number):
                answer = self.gateway.get(f"/overriding/row{number}/", bearer(f"other-{number}"))
                self.assertEqual(answer.status, status, answer)
                self.assertEqual(answer.json()["detail"], message)
        answer = self.gateway.get("/overriding/row1/")
        self.assertEqual((answer.status, answer.body), (418, b"ours"))


LONG = "ä😀" * 2000
NOT_UTF8 = b'HTTP/1.1 401 X\r\nContent-Length: 0\r\nWWW-Authenticate: Bearer d="\xff\xfe"\r\n\r\n'
UNUSABLE = "The token could not be verified: the identity provider did not give a usable answer."

OURS = re.compile("[1-9][0-9]*")
# Answers beyond the matrix: (name, answer, where the message is, status, a test of the message, Retry-After).
BEYOND = [
    ("not-utf-8", NOT_UTF8, HEADER, 401, 'Bearer d="??"'.__eq__, None),
    ("cut-between-characters", http(403, LONG), BODY, 403, lambda said: LONG.startswith(said) and len(said) > 50, None),
    ("line-break", json_answer('{"errorMessage":"a\\r\\nSet-Cookie: x=1"}', 401), MEMBER, 401, lambda said: "\n" not in said, None),
    ("number", json_answer('{"errorMessage":42}', 401), MEMBER, 401, "42".__eq__, None),
    ("no-json", json_answer('{"errorMessage":', 401), MEMBER, 401, DEFAULT.format(401).__eq__, None),
    ("several-times", http(429, b"", "Retry-After: 7"), None, 429, DEFAULT.format(429).__eq__, "7"),
    ("later", http(503, b"", "Retry-After: 7"), None, 503, DEFAULT.format(503).__eq__, "7"),
    ("huge", http(403, b"x" * 1_000_000), BODY, 503, UNUSABLE.__eq__, OURS),
    ("created", json_answer('{"sub":"alice"}', 201), None, 503, UNUSABLE.__eq__, OURS),
    ("partial", json_answer('{"sub":"alice"}', 206), None, 503, UNUSABLE.__eq__, OURS),
    ("unchanged", http(304), None, 503, UNUSABLE.__eq__, OURS),
    ("method-not-allowed", http(405, b"", "Allow: POST"), None, 503, UNUSABLE.__eq__, OURS),
    ("proxy-authentication", http(407), None, 503, UNUSABLE.__eq__, OURS),
    ("no-status", http(600), None, 503, UNUSABLE.__eq__, OURS),
]


@needs("crowds")
class BeyondTheMatrix(unittest.TestCase):
    def test_each_answer_has_its_status_and_a_message_that_is_text(self):
        own = Scripted({f"/{name}": answer for name, answer, *_ in BEYOND})
        self.addCleanup(own.stop)
        providers = {}
        for name, _, where, *_ in BEYOND:
            userinfo = {"url": own.url(f"/{name}"), "verify_locally": False, **({"error_message": where} if where else {})}
            providers[name] = {"issuer": "https://id.plant.example", "userinfo": userinfo}
        gateway = Gateway(configuration(provider, upstream, [signed_in(f"/{name}/", name) for name in providers],
                                        providers=providers)).start()
        self.addCleanup(gateway.stop)
        for name, _, _, status, is_right, retry_after in BEYOND:
            with self.subTest(name):
                answer = gateway.get(f"/{name}/", bearer("some-token"))
                self.assertEqual(answer.status, status, answer)
                self.assertTrue(is_right(answer.json()["detail"]), answer)
                if retry_after is OURS:
                    self.assertRegex(answer.headers["Retry-After"], OURS)
                else:
                    self.assertEqual(answer.headers["Retry-After"], retry_after)
                self.assertLess(len(answer.body), 1000)


@needs("authorities")
class Verbs(unittest.TestCase):
    def test_the_verb_is_upper_case_and_the_token_is_sent_once_in_its_header(self):
        own = Scripted({"/get": json_answer('{"sub":"a"}'), "/post": json_answer('{"sub":"a"}')})
        self.addCleanup(own.stop)
        providers = {verb: {"issuer": "https://id.plant.example", "userinfo": {"url": own.url(f"/{verb}"), "method": verb.upper()}}
                     for verb in ("get", "post")}
        gateway = Gateway(configuration(provider, upstream, [signed_in("/get/", "get"), signed_in("/post/", "post")],
                                        providers=providers)).start()
        self.addCleanup(gateway.stop)
        for verb in ("get", "post"):
            self.assertEqual(gateway.get(f"/{verb}/", bearer("some-token")).status, 200)
        self.assertEqual([request.line for request in own.requests], ["GET /get HTTP/1.1", "POST /post HTTP/1.1"])
        for request in own.requests:
            self.assertEqual(request.values("authorization"), ["Bearer some-token"])
            self.assertNotIn(b"some-token", request.body)
