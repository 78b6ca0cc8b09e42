"""Who is measured: how each is configured and started, and what the clients send to it.

A new scenario (a JWT, TLS) is one more function and one more line in ALL.
"""

import dataclasses
import json
import os
from typing import Callable

TOKEN = "bench-token-00000000-0123456789abcdef01234"
BEARER = ("Authorization", f"Bearer {TOKEN}")


@dataclasses.dataclass
class Contender:
    name: str
    prepare: Callable  # (Place) → the command; writes its configuration into the place's folder. None: no proxy.
    headers: tuple = ()
    tokens: int = 0  # More than 0: each request draws one of so many.
    path: str = "/open/x"
    needs_postern: bool = False
    binary: str = ""  # Whose size is reported.


@dataclasses.dataclass
class Place:
    """Where a contender runs: its folder and the ports."""

    folder: object
    port: int
    upstream: int
    provider: int
    postern: str


# nginx: one worker, upstream connections kept, no log. `{more}` is what a scenario adds.
NGINX = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log crit;
events {{ worker_connections 8192; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  keepalive_timeout 300; keepalive_requests 1000000000;
  upstream api {{ server 127.0.0.1:{upstream}; keepalive 128; keepalive_requests 1000000000; }}
  upstream provider {{ server 127.0.0.1:{provider}; keepalive 16; keepalive_requests 1000000000; }}
  proxy_http_version 1.1; proxy_set_header Connection "";
  {more_http}
  server {{
    listen 127.0.0.1:{port};
    {more_server}
    location / {{ {more_location} proxy_pass http://api; }}
  }}
}}
"""

# The usual recipe: the sub-request's answer is cached under the token, so the provider is asked once per token.
AUTH_REQUEST = {
    "more_http": "proxy_cache_path {folder}/cache levels=1:2 keys_zone=tokens:10m max_size=64m inactive=5m;",
    "more_server": """
    location = /_introspect {{
      internal;
      proxy_method POST;
      proxy_set_header Content-Type "application/x-www-form-urlencoded";
      proxy_set_header Authorization "Basic Z3c6c3dvcmRmaXNo";
      proxy_set_body "token=$http_authorization";
      proxy_pass http://provider/introspect;
      proxy_cache tokens; proxy_cache_methods POST; proxy_cache_key $http_authorization;
      proxy_cache_valid 200 5m;
    }}
""",
    "more_location": 'auth_request /_introspect; proxy_set_header Authorization "";',
}


def nginx(place, more_http="", more_server="", more_location=""):
    fill = {"folder": place.folder, "port": place.port, "upstream": place.upstream, "provider": place.provider}
    text = NGINX.format(
        **fill,
        more_http=more_http.format(**fill),
        more_server=more_server.format(**fill),
        more_location=more_location,
    )
    if os.geteuid() == 0:
        text = "user root;\n" + text  # The worker must read and write the temporary folder.
    path = place.folder / "nginx.conf"
    path.write_text(text)
    return ["nginx", "-c", str(path), "-p", str(place.folder)]


def nginx_auth_request(place):
    return nginx(place, **AUTH_REQUEST)


HAPROXY = """
global
  nbthread 1
  maxconn 8192
defaults
  mode http
  timeout connect 5s
  timeout client 300s
  timeout server 300s
  timeout http-keep-alive 300s
  http-reuse always
frontend clients
  bind 127.0.0.1:{port}
  default_backend api
backend api
  server one 127.0.0.1:{upstream} pool-max-conn 128
"""


def haproxy(place):
    path = place.folder / "haproxy.cfg"
    path.write_text(HAPROXY.format(port=place.port, upstream=place.upstream))
    return ["haproxy", "-db", "-f", str(path)]


def postern(place):
    """Default limits; one worker; what a usual guarded endpoint has: a scope rule and one header from a claim."""
    secret = place.folder / "secret"
    secret.write_text("swordfish")
    os.chmod(secret, 0o600)
    configuration = {
        "listeners": [{"address": f"127.0.0.1:{place.port}"}],
        "limits": {"workers": 1},
        "timeouts": {"idle_ms": 300000},
        "providers": {
            "plant": {
                "introspection": {
                    "url": f"http://127.0.0.1:{place.provider}/introspect",
                    "client_auth": "client_secret_basic",
                    "client_id": "gw",
                    "client_secret_file": str(secret),
                }
            }
        },
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
                "authenticate": {"connector": "oauth2", "select": {"default": "plant"}},
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


def guarded(name, **more):
    return Contender(name, postern, path="/guarded/x", needs_postern=True, binary="postern", **more)


ALL = [
    Contender("direct", None),
    Contender("nginx plain", nginx, binary="nginx"),
    Contender("HAProxy plain", haproxy, binary="haproxy"),
    Contender("nginx auth_request, cached", nginx_auth_request, headers=(BEARER,), binary="nginx"),
    Contender("Postern, no auth", postern, needs_postern=True, binary="postern"),
    guarded("Postern, hot token", headers=(BEARER,)),
    guarded("Postern, 1 000 tokens", tokens=1000),
    guarded("Postern, 50 000 tokens, 4 096 cached", tokens=50000),
]
