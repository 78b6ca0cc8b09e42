"""HAProxy as a contender: plain, and verifying a JWT at every request."""

import tokens

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
  bind 127.0.0.1:{port}{tls}
{rules}
  default_backend api
backend api
  server one 127.0.0.1:{upstream} pool-max-conn 128
"""

# The recipe of HAProxy's own guide: the algorithm is the expected one, the signature is good, the time is not over.
# It leaves out what Postern does besides (issuer, nbf, iat, a scope rule, a header from a claim): each would cost it
# one more decoding of the payload.
JWT_VERIFY = """
  http-request set-var(txn.bearer) http_auth_bearer
  http-request set-var(txn.alg) var(txn.bearer),jwt_header_query('$.alg')
  http-request deny deny_status 401 unless {{ var(txn.alg) -m str {algorithm} }}
  http-request deny deny_status 401 unless {{ var(txn.bearer),jwt_verify(txn.alg,"{key}") -m int 1 }}
  http-request set-var(txn.exp) var(txn.bearer),jwt_payload_query('$.exp','int')
  http-request set-var(txn.now) date()
  http-request deny deny_status 401 unless {{ var(txn.exp),sub(txn.now) -m int gt 0 }}
"""


def plain(place, rules=""):
    path = place.folder / "haproxy.cfg"
    path.write_text(HAPROXY.format(port=place.port, upstream=place.upstream, rules=rules, tls=tls(place)))
    return ["haproxy", "-db", "-f", str(path)]


def tls(place):
    """Tickets are on by default. HAProxy wants the chain and the key in one file."""
    if not place.certificate:
        return ""
    both = place.folder / "certificate.pem"
    both.write_text(place.certificate.chain_file.read_text() + place.certificate.key_file.read_text())
    return f" ssl crt {both} ssl-min-ver TLSv1.2"


def jwt_verify(algorithm):
    rules = JWT_VERIFY.format(algorithm=algorithm, key=tokens.FOLDER / f"{algorithm}.pem")
    return lambda place: plain(place, rules)
