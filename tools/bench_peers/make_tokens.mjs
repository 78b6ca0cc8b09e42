// Keys and JWTs for tools/bench, made before anything is measured.
//
//   node make_tokens.mjs FOLDER COUNT DAYS
//
// Writes for each algorithm ALG that a gateway is measured with: ALG.pem (the public key) and ALG.tokens (COUNT access
// tokens, one per line, no two alike, each of TOKEN_BYTES); keys.json, the same keys as a JWK set; and verify.txt, one
// line for each algorithm that verify_speed.cpp measures: ALG, the key's two members (n e, x y, or x -), a token.
import { constants, generateKeyPairSync, sign } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const TOKEN_BYTES = 800;
const rsa = { type: 'rsa', parameters: { modulusLength: 2048 }, signatureBytes: 256, hash: 'sha256' };
const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
const ec = (namedCurve, signatureBytes, hash) => ({ type: 'ec', parameters: { namedCurve }, signatureBytes, hash });
const GATEWAY = { RS256: rsa, ES256: ec('P-256', 64, 'sha256') };
const VERIFY = {
  ...GATEWAY,
  PS256: { ...rsa, options: pss },
  ES384: ec('P-384', 96, 'sha384'),
  ES512: ec('P-521', 132, 'sha512'),
  EdDSA: { type: 'ed25519', parameters: {}, signatureBytes: 64, hash: null },
};

const base64url = (text) => Buffer.from(text).toString('base64url');
/// Characters that so many bytes become, without padding.
const encodedLength = (bytes) => Math.ceil((bytes * 4) / 3);

const [folder, count, days] = process.argv.slice(2);
const now = Math.floor(Date.now() / 1000);

/// A payload that becomes `room` characters. A text of 4n + 1 characters does not exist; the names of the keys are
/// chosen such that none is asked for.
function payload(number, room) {
  const claims = {
    iss: 'http://id.bench.example', aud: 'postern', sub: `user-${String(number).padStart(8, '0')}`,
    client_id: 'bench', scope: 'read write', iat: now, exp: now + Number(days) * 86400,
    jti: String(number).padStart(8, '0'), pad: '',
  };
  const bytes = Math.floor((room * 3) / 4);
  claims.pad = 'x'.repeat(bytes - JSON.stringify(claims).length);
  return base64url(JSON.stringify(claims));
}

/// A key pair, and a function that makes the token of a number with it.
function issuer(alg, { type, parameters, signatureBytes, hash, options }) {
  const { privateKey, publicKey } = generateKeyPairSync(type, parameters);
  const kid = `key-${alg}`;
  const header = base64url(JSON.stringify({ alg, kid, typ: 'at+jwt' }));
  const room = TOKEN_BYTES - header.length - encodedLength(signatureBytes) - 2;
  const token = (number) => {
    const signed = `${header}.${payload(number, room)}`;
    // JOSE's ECDSA signature is r and s side by side, not OpenSSL's DER.
    const signature = sign(hash, Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363', ...options });
    const whole = `${signed}.${signature.toString('base64url')}`;
    if (whole.length !== TOKEN_BYTES) throw new Error(`${alg}: a token of ${whole.length} bytes`);
    return whole;
  };
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' };
  return { jwk, pem: publicKey.export({ format: 'pem', type: 'spki' }), token };
}

const issuers = Object.entries(VERIFY).map(([alg, how]) => issuer(alg, how));
const lines = issuers.map(({ jwk, token }) => `${jwk.alg} ${jwk.n ?? jwk.x} ${jwk.e ?? jwk.y ?? '-'} ${token(0)}\n`);
writeFileSync(join(folder, 'verify.txt'), lines.join(''));

const measured = issuers.filter(({ jwk }) => jwk.alg in GATEWAY);
writeFileSync(join(folder, 'keys.json'), JSON.stringify({ keys: measured.map(({ jwk }) => jwk) }, null, 1));
for (const { jwk, pem, token } of measured) {
  const tokens = Array.from({ length: Number(count) }, (_, number) => `${token(number)}\n`);
  writeFileSync(join(folder, `${jwk.alg}.pem`), pem);
  writeFileSync(join(folder, `${jwk.alg}.tokens`), tokens.join(''));
}
