"""Verifications per second of one core: core/crypto beside OpenSSL, without a gateway around them."""

import pathlib
import shutil
import subprocess

import tokens

# What `openssl speed` calls the same work. It has no PSS: that is one modular exponentiation too, and some digests.
OPENSSL_NAMES = {
    "RS256": "rsa2048",
    "PS256": "rsa2048",
    "ES256": "ecdsap256",
    "ES384": "ecdsap384",
    "ES512": "ecdsap521",
    "EdDSA": "ed25519",
}


def measure(options):
    """By algorithm: what Postern does and what OpenSSL does; None where it could not be measured."""
    ours, theirs = our_rates(options), openssl_rates(options)
    return {name: {"postern": ours.get(name), "openssl": theirs.get(key)} for name, key in OPENSSL_NAMES.items()}


def our_rates(options):
    folder = pathlib.Path(options.binary).resolve().parent
    if not (folder / "CMakeCache.txt").exists():
        return {}
    subprocess.run(["cmake", "--build", folder, "--target", "verify_speed"], check=True, capture_output=True)
    lines = run(options, folder / "verify_speed", tokens.FOLDER / "verify.txt", options.seconds / 4)
    return {name: float(rate) for name, rate in (line.split() for line in lines)}


def openssl_rates(options):
    if not shutil.which("openssl"):
        return {}
    seconds = max(1, round(options.seconds / 4))
    wanted = sorted(set(OPENSSL_NAMES.values()))
    lines = run(options, "openssl", "speed", "-mr", "-seconds", seconds, *wanted)
    # `+F4:3:256:…:VERIFICATIONS`, one line for each name, in OpenSSL's own order.
    order = {"+F2": ["rsa2048"], "+F4": ["ecdsap256", "ecdsap384", "ecdsap521"], "+F6": ["ed25519"]}
    rates = {}
    for fields in (line.split(":") for line in lines):
        if order.get(fields[0]):
            rates[order[fields[0]].pop(0)] = float(fields[-1])
    return rates


def run(options, *command):
    command = ["taskset", "-c", str(options.proxy_cpu), *map(str, command)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return done.stdout.splitlines()
