// The authorization server of the end-to-end tests and the demo: a certified implementation with opaque and JWT
// access tokens, ID tokens and UserInfo, introspection and revocation, over plain HTTP on the loopback interface.
//
//   node provider.mjs --port 18010 [--store FILE]
//
// --store keeps what was issued across a restart. Clients: see `clients` below; resources: any urn:, those below
// urn:jwt: get JWT access tokens, signed RS256, or ES256 below urn:jwt:es256:.
// GET /test/calls says how often introspection, jwks, userinfo and discovery were asked.
// POST /test/delay?at=WHAT&ms=N delays the answers of one of these; POST /test/answer?at=WHAT&status=N (or body=TEXT)
// replaces them, without either it is itself again. `at` is introspection if left out.
// POST /test/code?account=NAME&scope=SCOPE: an authorization code, as if NAME had signed in at the client `web`.
// POST /test/rotate: new signing keys from now on; those before stay in the key set, older ones leave it.
// POST /test/client with metadata as JSON: one more client; its keys may be given as PEM in `public_keys`.
//
// A proxy in front that speaks TLS hands on who the client is: X-Client-Certificate (escaped PEM), X-Subject, and
// X-Verified: SUCCESS. (Nobody else can reach this server, so nobody else can say so.)
import { createPublicKey, generateKeyPairSync, randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import Provider from 'oidc-provider';

const { values: options } = parseArgs({
  options: { port: { type: 'string', default: '18010' }, store: { type: 'string' } },
});
const port = Number(options.port);

// Everything in one map, written through to a file when asked: what a restarted provider still knows.
const entries = new Map();
if (options.store) {
  try {
    for (const [key, value] of JSON.parse(readFileSync(options.store, 'utf8'))) entries.set(key, value);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}
class Store {
  constructor(kind) { this.kind = kind; }
  key(id) { return `${this.kind}:${id}`; }
  save() { if (options.store) writeFileSync(options.store, JSON.stringify([...entries])); }
  async upsert(id, payload) { entries.set(this.key(id), payload); this.save(); }
  async find(id) { return entries.get(this.key(id)); }
  async findByUid() { return undefined; }
  async findByUserCode() { return undefined; }
  async consume(id) { entries.get(this.key(id)).consumed = Math.floor(Date.now() / 1000); }
  async destroy(id) { entries.delete(this.key(id)); this.save(); }
  async revokeByGrantId() {}
}

// The newest signing keys first: those sign.
function signingKeys() {
  const made = [
    ['RS256', generateKeyPairSync('rsa', { modulusLength: 2048 })],
    ['ES256', generateKeyPairSync('ec', { namedCurve: 'P-256' })],
  ];
  return made.map(([alg, { privateKey }]) => ({
    ...privateKey.export({ format: 'jwk' }), alg, use: 'sig', kid: `${alg}-${randomUUID().slice(0, 8)}`,
  }));
}

const REDIRECT = 'http://127.0.0.1/callback';
const machine = {
  client_secret: 'secret', grant_types: ['client_credentials'], redirect_uris: [], response_types: [],
};
const configuration = {
  adapter: Store,
  clients: [
    { ...machine, client_id: 'operator', scope: 'read write', token_endpoint_auth_method: 'client_secret_post' },
    { ...machine, client_id: 'visitor', scope: 'read', token_endpoint_auth_method: 'client_secret_post' },
    { ...machine, client_id: 'postern', token_endpoint_auth_method: 'client_secret_basic' },
    { ...machine, client_id: 'postern-post', token_endpoint_auth_method: 'client_secret_post' },
    {
      client_id: 'web', client_secret: 'secret', grant_types: ['authorization_code'], redirect_uris: [REDIRECT],
      response_types: ['code'], token_endpoint_auth_method: 'client_secret_post', scope: 'openid email',
    },
  ],
  scopes: ['openid', 'email', 'read', 'write'],
  claims: { openid: ['sub'], email: ['email'] },
  findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id, email: `${id}@plant.example` }) }),
  pkce: { required: () => false },
  extraTokenClaims: (ctx, token) => (token.kind === 'AccessToken' ? undefined : {
    groups: token.clientId === 'operator' ? ['operators', 'shift "A"'] : ['visitors'],
    plant: { site: 'Süd', line: 4 },
  }),
  ttl: {
    ClientCredentials: Number(process.env.TOKEN_LIFETIME_S ?? 600), AccessToken: 600, IdToken: 600, Grant: 600,
    AuthorizationCode: 60,
  },
  clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt', 'tls_client_auth'],
  features: {
    mTLS: {
      enabled: true,
      certificateBoundAccessTokens: true,
      tlsClientAuth: true,
      getCertificate: (ctx) => decodeURIComponent(ctx.get('x-client-certificate')) || undefined,
      certificateAuthorized: (ctx) => ctx.get('x-verified') === 'SUCCESS',
      certificateSubjectMatches: (ctx, property, expected) => property === 'tls_client_auth_subject_dn' && ctx.get('x-subject') === expected,
    },
    dPoP: { enabled: true },
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true, allowedPolicy: () => true },
    revocation: { enabled: true, allowedPolicy: () => true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (ctx, resource) => (resource.startsWith('urn:jwt:')
        ? { scope: 'read write', audience: resource, accessTokenFormat: 'jwt', jwt: { sign: { alg: resource.startsWith('urn:jwt:es256:') ? 'ES256' : 'RS256' } } }
        : { scope: 'read write', accessTokenFormat: 'opaque' }),
    },
  },
};

const paths = {
  '/token/introspection': 'introspection', '/jwks': 'jwks', '/me': 'userinfo',
  '/.well-known/openid-configuration': 'discovery',
};
const itself = () => ({ calls: 0, delayMs: 0, status: 0, body: undefined });
const faults = Object.fromEntries(Object.values(paths).map((what) => [what, itself()]));
const accessTokenOf = new Map(); // ID token → access token
const jwts = new Set(); // Access tokens that are JWTs, and not revoked.

// A Provider's keys are fixed, so new keys mean a new one, over the same store.
let keys = signingKeys();
let provider = start();

function start() {
  const made = new Provider(`http://127.0.0.1:${port}`, { ...configuration, jwks: { keys } });
  made.on('server_error', (ctx, error) => console.error(error));
  made.use(misbehave);
  made.use(takeIdTokens);
  made.use(rememberJwts);
  return { provider: made, listener: made.callback() };
}

async function test(name, query, body) {
  switch (name) {
    case 'client':
      return register(JSON.parse(body));
    case 'calls':
      return Object.fromEntries(Object.entries(faults).map(([what, { calls }]) => [what, calls]));
    case 'delay':
      faults[query.at ?? 'introspection'].delayMs = Number(query.ms ?? 0);
      return {};
    case 'answer':
      Object.assign(faults[query.at ?? 'introspection'], { status: Number(query.status ?? 0), body: query.body });
      return {};
    case 'rotate':
      keys = [...signingKeys(), ...keys.slice(0, 2)];
      provider = start();
      return { kids: keys.map(({ kid }) => kid) };
    case 'code':
      return { code: await codeFor(query.account ?? 'alice', query.scope ?? 'openid email') };
    default:
      return undefined;
  }
}

function register({ public_keys: pems, ...metadata }) {
  if (pems) metadata.jwks = { keys: pems.map((pem) => createPublicKey(pem).export({ format: 'jwk' })) };
  entries.set(`Client:${metadata.client_id}`, metadata);
  return metadata;
}

async function codeFor(accountId, scope) {
  const of = provider.provider;
  const client = await of.Client.find('web');
  const grant = new of.Grant({ accountId, clientId: 'web' });
  grant.addOIDCScope(scope);
  const grantId = await grant.save();
  const code = new of.AuthorizationCode({
    accountId, client, grantId, scope, redirectUri: REDIRECT, expiresWithSession: false,
    gty: 'authorization_code', authTime: Math.floor(Date.now() / 1000), sessionUid: randomUUID(),
  });
  return code.save();
}

async function misbehave(ctx, next) {
  const fault = faults[paths[ctx.path]];
  if (!fault) return next();
  fault.calls += 1;
  const { delayMs, status, body } = fault;
  if (delayMs) await wait(delayMs);
  if (!status && body === undefined) return next();
  ctx.status = status || 200;
  ctx.type = 'application/json';
  ctx.body = body ?? '{}';
  return undefined;
}

// UserInfo takes access tokens. Some providers take the ID token as well, and the reference's connector sends it
// there, so this one remembers which access token was issued beside which ID token.
async function takeIdTokens(ctx, next) {
  if (ctx.path === '/me') {
    const known = accessTokenOf.get(ctx.get('authorization').replace(/^Bearer /, ''));
    if (known) ctx.req.headers.authorization = `Bearer ${known}`;
  }
  await next();
  if (ctx.path === '/token' && ctx.body?.id_token) accessTokenOf.set(ctx.body.id_token, ctx.body.access_token);
}

// JWT access tokens are not stored by this server, so introspection and revocation would know nothing of them.
async function rememberJwts(ctx, next) {
  await next();
  if (ctx.path === '/token' && ctx.body?.access_token?.includes('.')) jwts.add(ctx.body.access_token);
  const token = ctx.oidc?.params?.token;
  if (ctx.path === '/token/revocation' && ctx.status === 200) jwts.delete(token);
  if (ctx.path === '/token/introspection' && ctx.status === 200 && jwts.has(token)) {
    const claims = JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
    ctx.body = { active: claims.exp > Date.now() / 1000, ...claims };
  }
}

const server = http.createServer(async (request, response) => {
  const url = new URL(request.url, 'http://provider');
  if (!url.pathname.startsWith('/test/')) {
    provider.listener(request, response);
    return;
  }
  try {
    let body = '';
    for await (const chunk of request) body += chunk;
    const answer = await test(url.pathname.slice('/test/'.length), Object.fromEntries(url.searchParams), body);
    response.writeHead(answer ? 200 : 404, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer ?? {}));
  } catch (error) {
    response.writeHead(500).end(error.stack);
  }
});
server.listen(port, '127.0.0.1', () => console.log(`provider on http://127.0.0.1:${port}`));
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => { server.closeAllConnections(); server.close(() => process.exit(0)); });
}
