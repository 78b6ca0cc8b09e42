"""nginx as a contender: plain, and with auth_request to the introspection endpoint."""

import os

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
    listen 127.0.0.1:{port}{tls};
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


# Session tickets are on by default; a cache of sessions would only cost memory beside them.
TLS = """ ssl; ssl_protocols TLSv1.2 TLSv1.3;
    ssl_certificate {certificate.chain_file}; ssl_certificate_key {certificate.key_file}"""


def plain(place, more_http="", more_server="", more_location=""):
    fill = {"folder": place.folder, "port": place.port, "upstream": place.upstream, "provider": place.provider}
    text = NGINX.format(
        **fill,
        tls=TLS.format(certificate=place.certificate) if place.certificate else "",
        more_http=more_http.format(**fill),
        more_server=more_server.format(**fill),
        more_location=more_location,
    )
    if os.geteuid() == 0:
        text = "user root;\n" + text  # The worker must read and write the temporary folder.
    path = place.folder / "nginx.conf"
    path.write_text(text)
    return ["nginx", "-c", str(path), "-p", str(place.folder)]


def auth_request(place):
    return plain(place, **AUTH_REQUEST)
