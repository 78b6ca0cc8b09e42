"""TLS around the programs of an end-to-end run: certificates, nginx with TLS, a gateway whose clients come with TLS.

POSTERN_TLS_AGAINST=nginx puts nginx in the gateway's place where a test asks for `tls_server`: what the tests are
worth is seen there.
"""

import functools
import json
import os
import shutil

import certificates
from peers import provider, upstream
from stack import BUILD, FIRST_PORT, Gateway, Program, configuration, endpoint, free_port
from tls_client import NAME

AGAINST_NGINX = os.environ.get("POSTERN_TLS_AGAINST") == "nginx"
FOLDER = BUILD / f"certificates-{FIRST_PORT}"  # of this run; another may run beside it


class Everybody:
    """The certificates that tests share, each made when first asked for."""

    def __init__(self):
        shutil.rmtree(FOLDER, ignore_errors=True)

    @functools.cached_property
    def root(self):
        return certificates.Authority(FOLDER, "root")

    @functools.cached_property
    def issuing(self):
        return self.root.authority("issuing")

    @functools.cached_property
    def stranger(self):
        """An authority that nobody trusts."""
        return certificates.Authority(FOLDER, "stranger")

    @functools.cached_property
    def gateway(self):
        return self.issuing.issue("gateway", [NAME], ["127.0.0.1"])

    @functools.cached_property
    def gateway_rsa(self):
        return self.issuing.issue("gateway-rsa", [NAME], ["127.0.0.1"], key="rsa")

    @functools.cached_property
    def client(self):
        return self.issuing.issue("client", usage=certificates.CLIENT)

    @functools.cached_property
    def other_client(self):
        return self.issuing.issue("other-client", usage=certificates.CLIENT)


everybody = Everybody()


def pem(certificate):
    """A certificate and its key, as members of the configuration."""
    return {"certificate_file": str(certificate.chain_file), "key_file": str(certificate.key_file)}


class TlsGateway(Gateway):
    """A gateway whose first listener speaks TLS."""

    def __init__(self, configuration, certificate=None, environment=None, **tls):
        listener = {"tls": {**pem(certificate or everybody.gateway), **tls}}
        super().__init__(configuration, environment, listener)
        self.ports = [self.port]

    def add_listener(self, **tls):
        """Before the start: one more, without TLS if nothing is said. Returns its port."""
        port = free_port()
        configuration = json.loads(self.file.read_text())
        configuration["listeners"].append({"address": f"127.0.0.1:{port}", **({"tls": tls} if tls else {})})
        self.file.write_text(json.dumps(configuration, indent=1))
        self.ports.append(port)
        return port


NGINX = """
daemon off; worker_processes {workers}; pid {folder}/nginx.pid; error_log stderr notice; {user}
events {{ worker_connections 2048; }}
http {{
  log_format as_json escape=json '{{"server":"$server_port","reused":"$ssl_session_reused","protocol":"$ssl_protocol",'
    '"suite":"$ssl_cipher","name":"$ssl_server_name","verify":"$ssl_client_verify","subject":"$ssl_client_s_dn",'
    '"connection":"$connection","request":"$request"}}';
  access_log {folder}/access.log as_json;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  keepalive_timeout 300; keepalive_requests 1000000; proxy_http_version 1.1;
  ssl_protocols TLSv1.2 TLSv1.3; ssl_session_timeout 5m;
  {http}
  {servers}
}}
"""


def nginx_server(port, to_port, certificate, *more, name="_"):
    """A server block: TLS with `certificate` on `port`, requests on to `to_port`."""
    lines = "\n    ".join(each if each.endswith("}") else f"{each};" for each in more)
    return f"""
  server {{
    listen 127.0.0.1:{port} ssl; server_name {name};
    ssl_certificate {certificate.chain_file}; ssl_certificate_key {certificate.key_file};
    proxy_set_header X-Verified $ssl_client_verify; proxy_set_header X-Subject $ssl_client_s_dn;
    proxy_set_header X-Client-Certificate $ssl_client_escaped_cert;
    {lines}
    location / {{ proxy_pass http://127.0.0.1:{to_port}; }}
  }}"""


def asking_for_certificates(how="on"):
    """Lines of a server block whose clients shall have a certificate of `everybody.root`."""
    return [f"ssl_client_certificate {everybody.root.file}", "ssl_verify_depth 3", f"ssl_verify_client {how}"]


class Nginx(Program):
    """nginx with these server blocks, the first of which listens on `port`."""

    def __init__(self, port, *servers, workers=1, http=""):
        self.folder = BUILD / f"nginx-{port}"
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        user = "user root;" if os.geteuid() == 0 else ""  # its worker reads what only we may read
        self.file = self.folder / "nginx.conf"
        self.file.write_text(NGINX.format(folder=self.folder, servers="".join(servers), workers=workers, http=http, user=user))
        program = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
        super().__init__("nginx", [program, "-c", self.file, "-p", self.folder], port)

    def access(self):
        """The access log's lines so far, parsed."""
        return [json.loads(line) for line in (self.folder / "access.log").read_text().splitlines()]


def tls_server(case, certificate=None, more=(), client=None, min_version=None, timeouts=None, start=True, **limits):
    """A gateway with TLS for the length of a test, or of a class: /api/ is open to everybody.

    `more`: certificates for other names. `client`: whether clients shall have a certificate of `everybody.root`.
    """
    certificate = certificate or everybody.gateway
    if AGAINST_NGINX:
        server = nginx_in_its_place(certificate, more, client, min_version)
    else:
        tls = {"certificates": [pem(each) for each in more]} if more else {}
        if client:
            tls |= {"client_ca_file": str(everybody.root.file), "client_certificate": client}
        if min_version:
            tls["min_version"] = min_version
        server = TlsGateway(configuration(provider, upstream, [endpoint("/api/", public=True)], limits=limits,
                                          timeouts=timeouts or {}), certificate, **tls)
    (case.addClassCleanup if isinstance(case, type) else case.addCleanup)(server.stop)
    return server.start() if start else server


def nginx_in_its_place(certificate, more, client, min_version):
    port = free_port()
    common = ["ssl_protocols TLSv1.3" if min_version == "1.3" else "ssl_protocols TLSv1.2 TLSv1.3",
              "ssl_ciphers ECDHE+AESGCM:ECDHE+CHACHA20", "ssl_session_tickets on"]
    if client:
        common += asking_for_certificates("on" if client == "required" else "optional")
    servers = [nginx_server(port, upstream.port, certificate, *common)]
    servers += [nginx_server(port, upstream.port, each, *common, name=" ".join(each.names)) for each in more]
    return Nginx(port, *servers, http="ssl_session_cache shared:all:1m;")
