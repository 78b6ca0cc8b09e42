"""Postern as a contender: default limits, one worker, an open and a guarded path."""

import json
import os

import tokens


def opaque(place, limits=None):
    """What a usual guarded endpoint has: a scope rule and one header from a claim."""
    secret = place.folder / "secret"
    secret.write_text("swordfish")
    os.chmod(secret, 0o600)
    provider = {
        "introspection": {
            "url": f"http://127.0.0.1:{place.provider}/introspect",
            "client_auth": "client_secret_basic",
            "client_id": "gw",
            "client_secret_file": str(secret),
        }
    }
    return run(place, "oauth2", provider, limits)


def jwt(place, limits=None):
    """The same rules over what the token itself says, verified with a key set from a file."""
    provider = {"issuer": "http://id.bench.example", "jwks": {"file": str(tokens.FOLDER / "keys.json")}}
    return run(place, "jwt", provider, limits)


def jwt_forgetting(place):
    """A cache so small that no token is still in it when its turn comes again."""
    return jwt(place, {"cache_entries": 64})


def admitting(handshakes):
    """So many handshakes at once, instead of the default."""
    return lambda place: opaque(place, {"tls_handshakes": handshakes})


def listener(place):
    made = {"address": f"127.0.0.1:{place.port}"}
    if place.certificate:
        files = {"certificate_file": place.certificate.chain_file, "key_file": place.certificate.key_file}
        made["tls"] = {name: str(file) for name, file in files.items()}
    return made


def run(place, connector, provider, limits=None):
    configuration = {
        "listeners": [listener(place)],
        "limits": {"workers": 1, **(limits or {})},
        "timeouts": {"idle_ms": 300000},
        "providers": {"plant": provider},
        "upstreams": {"api": {"servers": [f"http://127.0.0.1:{place.upstream}"]}},
        "endpoints": [
            {
                "name": "open",
                "match": {"path": "/open/"},
                "authenticate": {"connector": "none"},
                "upstream": "api",
            },
            {
                "name": "guarded",
                "match": {"path": "/guarded/"},
                "authenticate": {"connector": connector, "select": {"default": "plant"}},
                "authorize": {"scopes": {"all": ["read"]}},
                "enrich": [{"header": "X-Subject", "claim": "$.sub"}],
                "upstream": "api",
            },
        ],
        "logging": {"access": "off"},
    }
    path = place.folder / "postern.json"
    path.write_text(json.dumps(configuration, indent=1))
    return [place.postern, "run", "--config", str(path)]
