"""The same requests inside TLS: a lane whose gateway has a certificate. The answers must be the same, too."""

import ssl

import certificates
import check_requests
from tls_stream import NAME, Address
from world import World

BYTEWISE_BYTES_MAX = 20_000  # So many records; more would only take longer.


class TlsWorld(World):
    def __init__(self, settings, lane):
        self.authority = None
        super().__init__(settings, lane)

    def start(self):
        super().start()
        self.address = Address(self.address)
        self.address.trusting = ssl.create_default_context(cafile=str(self.authority.file))

    def configuration(self, port):
        if not self.authority:
            self.authority = certificates.Authority(self.folder, "root")
        made = self.authority.issue("gateway", [NAME])
        tls = {"certificate_file": str(made.chain_file), "key_file": str(made.key_file)}
        return {**super().configuration(port), "listeners": [{"address": f"127.0.0.1:{port}", "tls": tls}]}


def load_short(folder):
    return [case for case in check_requests.load(folder) if len(check_requests.bytes_of(case)) <= BYTEWISE_BYTES_MAX]
