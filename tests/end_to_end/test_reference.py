"""The test vectors T1 to T17 of the reference's section 10, each with the status that this project defines.

The reference is older than RFC 9457 and RFC 6750's advice: where it says 403 for a token that is not valid, this project
says 401 with a challenge; where it says 401 for a provider that is at fault, 503. T9 is in test_oidc (ErrorMatrix).
"""

import json
import socket
import time
import unittest

import tokens
from client import bearer
from peers import provider, upstream
from scripted import Scripted, http, json_answer
from stack import BUILD, Gateway, configuration, endpoint, using

ISSUER = "https://id.plant.example"
TIMEOUTS = {"connect_ms": 300, "response_ms": 500}


def claims(**more):
    """`more`: further members; None takes one out."""
    all_ = {"iss": ISSUER, "sub": "alice", "exp": int(time.time()) + 3600, **more}
    return {name: value for name, value in all_.items() if value is not None}


def keys(*entries):
    path = BUILD / f"keys-{abs(hash(json.dumps(entries)))}.json"
    path.write_text(json.dumps({"keys": entries}))
    return {"file": str(path)}


def vouching(base, name):
    """A provider entry that introspects and asks UserInfo at `base`, below /NAME/."""
    return {
        "issuer": ISSUER, "introspection": {"url": f"{base}/{name}/introspect"},
        "userinfo": {"url": f"{base}/{name}/userinfo", "verify_locally": False}, "timeouts": TIMEOUTS,
    }


class Table(unittest.TestCase):
    """One gateway per table."""

    def start(self, endpoints, providers, **more):
        gateway = Gateway(configuration(provider, upstream, endpoints, providers=providers, **more)).start()
        self.addCleanup(gateway.stop)
        return gateway

    def scripted(self, **answers):
        """`answers` by provider name: what introspection and UserInfo say there."""
        server = Scripted()
        self.addCleanup(server.stop)
        for name, answer in answers.items():
            server.answers[f"/{name}/introspect"] = server.answers[f"/{name}/userinfo"] = answer
        return server

    def challenged(self, answer, error):
        self.assertEqual(answer.status, 401, answer)
        offered = answer.headers["WWW-Authenticate"]
        self.assertTrue(offered.startswith("Bearer"), offered)
        self.assertEqual('error="invalid_token"' in offered, error, offered)


def plain(path, connector, provider_name="plant", **more):
    return endpoint(path, [], authenticate=using(connector, provider_name), **{"enrich": [], **more})


def answering(**members):
    return json_answer(json.dumps({"active": True, "sub": "alice", **members}, ensure_ascii=False))


class Credentials(Table):
    """T1, T2, T15: what is presented."""

    def test_no_authorization_and_another_scheme_are_401_without_an_error_for_every_connector(self):
        server = self.scripted(plant=answering())
        names = ("oauth2", "jwt", "oidc")
        entry = {**vouching(server.url(), "plant"), "jwks": keys(tokens.public(tokens.RSA))}
        gateway = self.start([plain(f"/{name}/", name, "scripted") for name in names], {"scripted": entry})
        for name in names:
            for number, headers in (("T1", []), ("T2", [("Authorization", "Basic YWxpY2U6c2VjcmV0")])):
                with self.subTest(number, connector=name):
                    self.challenged(gateway.get(f"/{name}/", *headers), error=False)
        self.assertEqual(server.requests, [])

    def test_t15_an_opaque_token_goes_to_an_endpoint_of_its_own_connector(self):
        server = self.scripted(plant=answering())
        entry = {**vouching(server.url(), "plant"), "jwks": keys(tokens.public(tokens.RSA))}
        gateway = self.start([plain("/jwt/", "jwt", "scripted"), plain("/opaque/", "oauth2", "scripted")], {"scripted": entry})
        self.challenged(gateway.get("/jwt/", bearer("opaque")), error=True)
        self.assertEqual(gateway.get("/opaque/", bearer("opaque")).status, 200)


class Selection(Table):
    """T3, T4, T5: which provider is asked, and which block of headers is used."""

    REGIONS = {"header": "X-Region", "values": {"FR": "france", "DE": "germany"}}
    BLOCKS = {"france": [{"header": "X-Who", "claim": "$.fr"}], "default": [{"header": "X-Who", "claim": "$.sub"}]}

    def test_a_header_selects_the_provider_and_its_block(self):
        server = self.scripted(france=answering(fr="Amélie"), germany=answering(sub="Jörg"), home=answering(sub="Ann"))
        providers = {name: vouching(server.url(), name) for name in ("france", "germany", "home")}
        select = {**self.REGIONS, "default": "home"}
        gateway = self.start([
            endpoint(f"/{connector}/", [], authenticate={"connector": connector, "select": select}, enrich=self.BLOCKS)
            for connector in ("oauth2", "oidc")], providers)
        table = [
            ("T3", [("X-Region", "FR")], "france", "Amélie"),
            ("a provider without a block of its own", [("X-Region", "DE")], "germany", "Jörg"),
            ("T4 unmapped", [("X-Region", "XX")], "home", "Ann"),
            ("T4 empty", [("X-Region", "")], "home", "Ann"),
            ("T4 absent", [], "home", "Ann"),
        ]
        for connector, path in (("oauth2", "introspect"), ("oidc", "userinfo")):
            for number, headers, asked, who in table:
                with self.subTest(number, connector=connector):
                    server.requests.clear()
                    answer = gateway.get(f"/{connector}/", bearer(f"{connector}-{number.replace(' ', '-')}"), *headers)
                    self.assertEqual(answer.status, 200, answer)
                    self.assertEqual([r.target for r in server.requests], [f"/{asked}/{path}"])
                    self.assertEqual(answer.seen("X-Who"), [who.encode().decode("latin-1")])

    def test_t5_without_a_default_an_unknown_region_is_401_and_nobody_is_asked(self):
        server = self.scripted(france=answering(), germany=answering())
        providers = {name: vouching(server.url(), name) for name in ("france", "germany")}
        gateway = self.start([endpoint("/none/", [], authenticate={"connector": "oauth2", "select": self.REGIONS})], providers)
        before = upstream.count()
        self.challenged(gateway.get("/none/", bearer("token"), ("X-Region", "XX")), error=False)
        self.assertEqual((server.requests, upstream.count()), ([], before))


class ProviderAnswers(Table):
    """T6, T8, T10: what the provider answers, or does not."""

    TABLE = [  # T6: what happens there, oauth2, oidc
        ("200", answering(), 200, 200),
        ("204", http(204), 503, 503),
        ("401", json_answer("{}", 401), 503, 401),
        ("500", json_answer("{}", 500), 503, 500),
        ("refused", None, 503, 503),
        ("slow", lambda request, stream: stream.recv(1), 503, 503),
    ]

    def test_t6_an_answer_is_only_200_and_a_fault_is_the_providers(self):
        server = self.scripted(**{f"p{name}": answer for name, answer, _, _ in self.TABLE})
        with socket.socket() as nobody:  # Bound and not listening.
            nobody.bind(("127.0.0.1", 0))
            closed = f"http://127.0.0.1:{nobody.getsockname()[1]}"
            providers = {f"p{name}": vouching(closed if name == "refused" else server.url(), f"p{name}")
                         for name, *_ in self.TABLE}
            gateway = self.start([plain(f"/{connector}/{name}/", connector, f"p{name}")
                                  for connector in ("oauth2", "oidc") for name, *_ in self.TABLE], providers)
            for name, _, *statuses in self.TABLE:
                for connector, status in zip(("oauth2", "oidc"), statuses):
                    with self.subTest("T6", provider=name, connector=connector):
                        answer = gateway.get(f"/{connector}/{name}/", bearer("token"))
                        self.assertEqual(answer.status, status, answer)
                        self.assertEqual(status == 503, "Retry-After" in answer.headers, answer)

    def test_t8_json_that_is_not_called_json_is_a_fault(self):
        server = self.scripted(text=http(200, '{"active":true,"sub":"alice"}', "Content-Type: text/plain"))
        gateway = self.start([plain(f"/{name}/", name, "text") for name in ("oauth2", "oidc")],
                             {"text": vouching(server.url(), "text")})
        for name in ("oauth2", "oidc"):
            with self.subTest("T8", connector=name):
                self.assertEqual(gateway.get(f"/{name}/", bearer("token")).status, 503)

    def test_t10_an_error_set_replaces_the_gateways_answers_and_never_the_providers(self):
        server = self.scripted(refusing=json_answer('{"errorMessage":"no"}', 403))
        errors = {"override": True, "statuses": {"token_absent": {"status": 403, "text": "Not Authorized"},
                                                 "forbidden": {"status": 451}, "provider": {"status": 502}}}
        gateway = self.start([plain("/me/", "oidc", "refusing", errors=errors)], {"refusing": vouching(server.url(), "refusing")})
        self.assertEqual(gateway.get("/me/").status, 403)
        self.assertEqual(gateway.get("/me/", bearer("token")).status, 403)


class Enrichment(Table):
    """T7: what becomes a header, for all three connectors."""

    DOCUMENT = {"name": "Rosenlöf", "address": {"city": "Åbo", "n": [1, True, None]}, "http://x.y/dotted": "yes",
                "age": 42, "ratio": 1.5, "admin": False, "roles": ["a", "b"]}
    TABLE = [
        ("no match", "$.nothing", []),
        ("an object", "$.address", ['{"city":"Åbo","n":[1,true,null]}']),
        ("UTF-8", "$.name", ["Rosenlöf"]),
        ("a number", "$.age", ["42"]),
        ("a fraction", "$.ratio", ["1.5"]),
        ("a boolean", "$.admin", ["false"]),
        ("an array", "$.roles", ['["a","b"]']),
        ("an element", "$.roles[1]", ["b"]),
        ("a name with dots", "$['http://x.y/dotted']", ["yes"]),
    ]

    def test_t7_the_text_of_a_claim_is_defined_for_every_type_and_connector(self):
        enrich = [{"header": f"X-{number}", "claim": path} for number, (_, path, _) in enumerate(self.TABLE)]
        server = self.scripted(plant=answering(**self.DOCUMENT))
        entry = {**vouching(server.url(), "plant"), "jwks": keys(tokens.public(tokens.RSA))}
        gateway = self.start([plain(f"/{name}/", name, "scripted", enrich=enrich) for name in ("oauth2", "jwt", "oidc")],
                             {"scripted": entry})
        payload = json.dumps(claims(**self.DOCUMENT), ensure_ascii=False).encode()
        signed, = tokens.sign_all([tokens.unsigned("RS256", payload)])
        for connector in ("oauth2", "jwt", "oidc"):
            answer = gateway.get(f"/{connector}/", bearer(signed if connector == "jwt" else "token"))
            self.assertEqual(answer.status, 200, answer)
            for number, (what, _, expected) in enumerate(self.TABLE):
                with self.subTest("T7", what=what, connector=connector):
                    self.assertEqual(answer.seen(f"X-{number}"), [text.encode().decode("latin-1") for text in expected])


class SignedTokens(Table):
    """T11 to T14: header, time, key and claims of a JWT."""

    def gateway_with(self, *entries, **rules):
        return self.start([plain("/jwt/", "jwt", "file", authorize=rules)], {"file": {"issuer": ISSUER, "jwks": keys(*entries)}})

    def ask(self, gateway, *requests):
        return [gateway.get("/jwt/", bearer(token)) for token in tokens.sign_all(requests)]

    def test_t11_claims_in_the_header_and_header_names_in_the_payload_are_refused(self):
        gateway = self.gateway_with(tokens.public(tokens.RSA, kid="rsa"))
        good, in_header, in_payload = self.ask(
            gateway, tokens.unsigned("RS256", claims(), {"kid": "rsa"}),
            tokens.unsigned("RS256", claims(), {"kid": "rsa", "iss": ISSUER}),
            tokens.unsigned("RS256", claims(kid="rsa"), {"kid": "rsa"}))
        self.assertEqual(good.status, 200, good)
        self.challenged(in_header, error=True)
        self.challenged(in_payload, error=True)

    def test_t12_the_shorter_of_exp_and_age_wins(self):
        gateway = self.gateway_with(tokens.public(tokens.RSA), max_token_age_s=300)
        now = int(time.time())
        old, young, expired = self.ask(gateway, tokens.unsigned("RS256", claims(iat=now - 600)),
                                       tokens.unsigned("RS256", claims(iat=now - 60)),
                                       tokens.unsigned("RS256", claims(iat=now - 120, exp=now - 100)))
        self.challenged(old, error=True)
        self.assertEqual(young.status, 200, young)
        self.challenged(expired, error=True)

    def test_t13_the_key_says_what_it_verifies(self):
        gateway = self.gateway_with(tokens.public(tokens.RSA, kid="any"), tokens.public(tokens.RSA, kid="rs512", alg="RS512"))
        good, other_type, other_algorithm = self.ask(
            gateway, tokens.unsigned("RS512", claims(), {"kid": "rs512"}), tokens.unsigned("ES256", claims(), {"kid": "any"}),
            tokens.unsigned("RS256", claims(), {"kid": "rs512"}))
        self.assertEqual(good.status, 200, good)
        self.challenged(other_type, error=True)
        self.challenged(other_algorithm, error=True)

    def test_t14_one_audience_of_several_is_enough_and_an_issuer_is_one_string(self):
        gateway = self.gateway_with(tokens.public(tokens.RSA), audience=["urn:a", "urn:b"])
        several, none, issuers = self.ask(gateway, tokens.unsigned("RS256", claims(aud=["urn:x", "urn:b"])),
                                          tokens.unsigned("RS256", claims(aud=["urn:x", "urn:y"])),
                                          tokens.unsigned("RS256", claims(aud="urn:a", iss=[ISSUER])))
        self.assertEqual(several.status, 200, several)
        self.challenged(none, error=True)
        self.challenged(issuers, error=True)


class Proxy(Table):
    def test_t16_the_proxy_is_one_address_with_its_port(self):
        """Of the two places of the port in the reference, `postern import` takes http_proxy_port: translate_test.cpp."""
        proxy = Scripted(otherwise=answering())
        self.addCleanup(proxy.stop)
        entry = {**vouching("http://id.plant.invalid", "plant"), "proxy": proxy.url()}
        gateway = self.start([plain("/opaque/", "oauth2", "far")], {"far": entry})
        self.assertEqual(gateway.get("/opaque/", bearer("token")).status, 200)
        self.assertEqual([request.target for request in proxy.requests], ["http://id.plant.invalid/plant/introspect"])


class MatchPolicies(Table):
    """T17: the truth table of section 3.2; a claim rule that does not hold is 403."""

    TABLE = [  # configured, in the token, all, exact, none, any
        (["a", "b"], ["a", "b"], True, True, False, True),
        (["a", "b"], ["b", "a"], True, True, False, True),
        (["a", "b"], ["a", "b", "c"], True, False, False, True),
        (["a", "b"], ["a"], False, False, False, True),
        (["a", "b"], ["c"], False, False, True, False),
        (["a", "b"], [], False, False, True, False),
        (["a", "b"], None, False, False, True, False),
        (["a"], "a", True, True, False, True),
        (["a"], "A", False, False, True, False),
        (["a"], "ab", False, False, True, False),
    ]
    MODES = ("all", "exact", "none", "any")

    def test_t17(self):
        endpoints, requests = [], []
        for values in (["a"], ["a", "b"]):
            for mode in self.MODES:
                rules = {"claims": [{"claim": "$.groups", "match": mode, "values": values}]}
                endpoints.append(plain(f"/{mode}/{''.join(values)}/", "jwt", "file", authorize=rules))
        gateway = self.start(endpoints, {"file": {"issuer": ISSUER, "jwks": keys(tokens.public(tokens.RSA))}})
        requests = [tokens.unsigned("RS256", claims(groups=held)) for _, held, *_ in self.TABLE]
        for (values, held, *expected), token in zip(self.TABLE, tokens.sign_all(requests)):
            for mode, holds in zip(self.MODES, expected):
                with self.subTest("T17", configured=values, token=held, mode=mode):
                    answer = gateway.get(f"/{mode}/{''.join(values)}/", bearer(token))
                    self.assertEqual(answer.status, 200 if holds else 403, answer)
