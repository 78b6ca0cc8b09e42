// Signs tokens for tokens.py: [{alg, key, header, payload_b64}...] on stdin as JSON, the tokens on stdout.
// `header`: the JOSE header's members, `alg` is put first. `key`: a private JWK, or {"kty":"oct","k"}.
// Node's crypto is OpenSSL, so nothing is verified by the library that signed it.
import { constants, createHmac, createPrivateKey, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';

const base64url = (text) => Buffer.from(text).toString('base64url');
const keys = new Map(); // Reading a key costs more than using it.

function privateKey(jwk) {
  const name = JSON.stringify(jwk);
  if (!keys.has(name)) keys.set(name, createPrivateKey({ format: 'jwk', key: jwk }));
  return keys.get(name);
}

function signature(alg, jwk, text) {
  const digest = `sha${alg.slice(2)}`;
  if (alg.startsWith('HS')) return createHmac(digest, Buffer.from(jwk.k, 'base64url')).update(text).digest('base64url');
  const key = privateKey(jwk);
  const data = Buffer.from(text);
  if (alg === 'EdDSA') return sign(null, data, key).toString('base64url');
  if (alg.startsWith('ES')) return sign(digest, data, { key, dsaEncoding: 'ieee-p1363' }).toString('base64url');
  const padding = alg.startsWith('PS')
    ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
    : {};
  return sign(digest, data, { key, ...padding }).toString('base64url');
}

function token({ alg, key, header, payload_b64 }) {
  const payload = Buffer.from(payload_b64, 'base64').toString('base64url');
  const text = `${base64url(JSON.stringify({ alg, ...header }))}.${payload}`;
  return `${text}.${signature(alg, key, text)}`;
}

console.log(JSON.stringify(JSON.parse(readFileSync(0)).map(token)));
