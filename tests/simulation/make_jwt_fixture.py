#!/usr/bin/env python3
"""Writes jwt_fixture.cpp: keys made for the occasion by openssl, tokens signed with them.

The simulated provider only hands out what is written here, since the gateway has nothing to sign
with. Run it by hand when a story needs other tokens; the private keys are thrown away."""

import base64
import json
import pathlib
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
FAR = 4102444800  # 2100
PAST = 1600000000  # 2020
ISSUERS = {'Signer': 'http://provider.test:9100/signer', 'People': 'http://provider.test:9100/people'}
KINDS = {'early-rs': 'RS256', 'early-es': 'ES256', 'late-rs': 'RS256', 'late-es': 'ES256'}
# Issuer, key, how many.
GOOD = [('Signer', 'early-rs', 3), ('Signer', 'early-es', 1), ('Signer', 'late-rs', 2), ('Signer', 'late-es', 1),
        ('People', 'early-rs', 2), ('People', 'early-es', 1), ('People', 'late-rs', 1), ('People', 'late-es', 1)]


def base64url(data):
  return base64.urlsafe_b64encode(data).rstrip(b'=').decode()


def openssl(*arguments, stdin=b''):
  return subprocess.run(['openssl', *arguments], input=stdin, stdout=subprocess.PIPE, check=True).stdout


class Key:
  def __init__(self, folder, name, algorithm):
    self.name, self.algorithm, self.path = name, algorithm, folder / f'{name}.pem'
    choice = ['RSA', '-pkeyopt', 'rsa_keygen_bits:2048'] if algorithm == 'RS256' else [
        'EC', '-pkeyopt', 'ec_paramgen_curve:P-256']
    openssl('genpkey', '-algorithm', *choice, '-out', str(self.path))

  def jwk(self):
    jwk = {'kid': self.name, 'use': 'sig', 'alg': self.algorithm}
    if self.algorithm == 'RS256':
      modulus = openssl('rsa', '-in', str(self.path), '-noout', '-modulus').decode().split('=')[1]
      jwk |= {'kty': 'RSA', 'e': 'AQAB', 'n': base64url(bytes.fromhex(modulus.strip()))}
    else:
      point = openssl('pkey', '-in', str(self.path), '-pubout', '-outform', 'DER')[-64:]
      jwk |= {'kty': 'EC', 'crv': 'P-256', 'x': base64url(point[:32]), 'y': base64url(point[32:])}
    return json.dumps(jwk, separators=(',', ':'))

  def sign(self, text):
    der = openssl('dgst', '-sha256', '-sign', str(self.path), stdin=text.encode())
    return base64url(der if self.algorithm == 'RS256' else raw_signature(der))

  def token(self, kid, claims):
    header = {'alg': self.algorithm, 'kid': kid}
    text = '.'.join(base64url(json.dumps(part, separators=(',', ':')).encode()) for part in (header, claims))
    return f'{text}.{self.sign(text)}'


def raw_signature(der):
  """r and s, 32 bytes each, from SEQUENCE { INTEGER, INTEGER } (RFC 7518 section 3.4)."""
  raw, at = b'', 2
  for _ in range(2):
    size = der[at + 1]
    raw += der[at + 2:at + 2 + size].lstrip(b'\0').rjust(32, b'\0')
    at += 2 + size
  return raw


def all_tokens(keys, strangers):
  number = 0

  def one(issuer, kid, nature, key, scope='read', exp=FAR):
    nonlocal number
    number += 1
    subject = f'jwt-subject-{number}'
    claims = {'iss': ISSUERS[issuer], 'sub': subject, 'scope': scope, 'exp': exp}
    return issuer, kid, nature, scope == 'read', subject, key.token(kid, claims)

  for issuer, kid, count in GOOD:
    for _ in range(count):
      yield one(issuer, kid, 'Good', keys[kid])
  yield one('Signer', 'early-rs', 'Good', keys['early-rs'], scope='other')
  for issuer, kid in (('Signer', 'early-rs'), ('Signer', 'late-es'), ('People', 'early-rs')):
    yield one(issuer, kid, 'Expired', keys[kid], exp=PAST)
  for issuer, kid in (('Signer', 'early-rs'), ('Signer', 'early-es'), ('People', 'early-rs')):
    yield one(issuer, kid, 'Forged', strangers[KINDS[kid]])


def pieces(text, before='"', after='"', size=88):
  return '\n     '.join(f'{before}{text[i:i + size]}{after}' for i in range(0, len(text), size))


def raw_pieces(text):
  return pieces(text, before='R"(', after=')"')


def main():
  with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    keys = {kid: Key(folder, kid, algorithm) for kid, algorithm in KINDS.items()}
    strangers = {algorithm: Key(folder, f'stranger-{algorithm}', algorithm) for algorithm in set(KINDS.values())}
    out = ['// Written by make_jwt_fixture.py.', '#include "tests/simulation/jwt_fixture.hpp"', '',
           'namespace postern::simulation {', 'namespace {', '', 'constexpr FixtureKey keys[] = {']
    for key in keys.values():
      out.append(f'    {{"{key.name}",\n     {raw_pieces(key.jwk())}}},')
    out += ['};', '', 'constexpr FixtureToken tokens[] = {']
    for issuer, kid, nature, reads, subject, text in all_tokens(keys, strangers):
      out.append(f'    {{Issuer::{issuer}, "{kid}", FixtureToken::Nature::{nature}, {str(reads).lower()},\n'
                 f'     "{subject}",\n     {pieces(text)}}},')
    out += ['};', '', '}  // namespace', '',
            'std::span<const FixtureKey> fixture_keys() { return keys; }',
            'std::span<const FixtureToken> fixture_tokens() { return tokens; }', '',
            '}  // namespace postern::simulation', '']
    (HERE / 'jwt_fixture.cpp').write_text('\n'.join(out))


if __name__ == '__main__':
  main()
