#!/usr/bin/env python3
"""The certificates of the unit tests, into a folder: make_certificates.py FOLDER.

What a file holds is said by its name; tests/support/certificates.hpp reads them. Made at build time, never committed.
"""

import pathlib
import shutil
import sys

from certificates import CLIENT, KEYS, Authority, openssl

KEYS.update({
    "p384": ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"],
    "p521": ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"],
    "rsa1024": ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"],
    "rsa4096": ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:4096"],
    "ed25519": ["-algorithm", "ED25519"],
})
LONG = (-1, 3650)
TIMELESS = (-3650, 7300)


def main(folder):
    shutil.rmtree(folder, ignore_errors=True)
    root = Authority(folder, "root")
    issuing = root.authority("issuing")
    gateway = issuing.issue("gateway", names=["gateway.test", "www.gateway.test", "*.wild.test"], days=LONG)
    issuing.issue("gateway-rsa", names=["gateway.test"], key="rsa", days=LONG)
    issuing.issue("gateway-new", names=["gateway.test"], days=LONG)
    issuing.issue("exact", names=["exact.wild.test"], days=LONG)
    issuing.issue("named", subject="named.test", days=LONG)
    issuing.issue("client", usage=CLIENT, days=LONG)
    issuing.issue("address", addresses=["127.0.0.1", "::1"], names=["localhost"], days=LONG)
    for key in ("p384", "p521", "rsa1024", "rsa4096", "ed25519"):
        issuing.issue(key, names=[f"{key}.test"], key=key, days=LONG)
    # For clocks that are not today's: those of simulations.
    timeless = root.authority("timeless-issuing", days=TIMELESS)
    timeless.issue("timeless", names=["gateway.test", "provider.test", "camera.test"], addresses=["10.0.0.3"],
                   days=TIMELESS)
    timeless.issue("timeless-rsa", names=["gateway.test"], key="rsa", days=TIMELESS)
    timeless.issue("timeless-client", usage=CLIENT, days=TIMELESS)
    many = issuing.issue("many-names", names=[f"name-{i:04}.of-many.test" for i in range(200)], days=LONG)

    # Mistakes with files.
    def write(name, text):
        (folder / name).write_text(text)

    own, above = gateway.file.read_text(), issuing.file.read_text()
    write("reversed-chain.pem", above + own)
    write("gap-chain.pem", own + root.file.read_text())
    write("torn-chain.pem", own.replace("M", "", 1))
    write("torn.key", gateway.key_file.read_text().replace("M", "", 1))
    write("both.pem", gateway.chain_file.read_text() + gateway.key_file.read_text())
    write("two-anchors.pem", "A comment.\n" + root.file.read_text() + "\n# another\n" + above)
    write("half-torn-anchors.pem", root.file.read_text() + above.replace("M", "", 1))
    openssl("pkcs8", "-topk8", "-in", gateway.key_file, "-out", folder / "encrypted.key", "-passout", "pass:swordfish")
    openssl("rsa", "-traditional", "-aes128", "-in", folder / "gateway-rsa.key", "-out", folder / "encrypted-old.key",
            "-passout", "pass:swordfish")
    openssl("rsa", "-traditional", "-in", folder / "gateway-rsa.key", "-out", folder / "traditional-rsa.key")
    openssl("ec", "-in", gateway.key_file, "-out", folder / "traditional-ec.key")
    openssl("x509", "-in", gateway.file, "-outform", "DER", "-out", folder / "gateway.der")
    assert many.file.exists()


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
