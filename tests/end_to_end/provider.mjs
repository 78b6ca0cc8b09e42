// The authorization server of the end-to-end tests and the demo: a certified implementation with opaque tokens,
// client credentials, introspection and revocation, over plain HTTP on the loopback interface.
//
//   node provider.mjs --port 18010 [--store FILE]
//
// --store keeps what was issued across a restart. Clients: see `clients` below; resource: urn:plant:historian.
// GET /test/calls says how often introspection was asked; POST /test/delay?ms=N delays its answers;
// POST /test/answer?status=N (or body=TEXT) replaces them, without either it is itself again.
import { readFileSync, writeFileSync } from 'node:fs';
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

const machine = {
  client_secret: 'secret', grant_types: ['client_credentials'], redirect_uris: [], response_types: [],
};
const provider = new Provider(`http://127.0.0.1:${port}`, {
  adapter: Store,
  clients: [
    { ...machine, client_id: 'operator', scope: 'read write', token_endpoint_auth_method: 'client_secret_post' },
    { ...machine, client_id: 'visitor', scope: 'read', token_endpoint_auth_method: 'client_secret_post' },
    { ...machine, client_id: 'postern', token_endpoint_auth_method: 'client_secret_basic' },
    { ...machine, client_id: 'postern-post', token_endpoint_auth_method: 'client_secret_post' },
  ],
  scopes: ['read', 'write'],
  extraTokenClaims: (ctx, token) => ({
    groups: token.clientId === 'operator' ? ['operators', 'shift "A"'] : ['visitors'],
    plant: { site: 'Süd', line: 4 },
  }),
  ttl: { ClientCredentials: Number(process.env.TOKEN_LIFETIME_S ?? 600) },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true, allowedPolicy: () => true },
    revocation: { enabled: true, allowedPolicy: () => true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: () => ({ scope: 'read write', accessTokenFormat: 'opaque' }),
    },
  },
});
provider.on('server_error', (ctx, error) => console.error(error));

const faults = { calls: 0, delayMs: 0, status: 0, body: undefined };
provider.use(async (ctx, next) => {
  if (ctx.path === '/test/calls') {
    ctx.body = { introspection: faults.calls };
  } else if (ctx.path === '/test/delay') {
    faults.delayMs = Number(ctx.query.ms ?? 0);
    ctx.status = 204;
  } else if (ctx.path === '/test/answer') {
    faults.status = Number(ctx.query.status ?? 0);
    faults.body = ctx.query.body;
    ctx.status = 204;
  } else if (ctx.path === '/token/introspection') {
    faults.calls += 1;
    const { delayMs, status, body } = faults;
    if (delayMs) await wait(delayMs);
    if (!status && body === undefined) return next();
    ctx.status = status || 200;
    ctx.type = 'application/json';
    ctx.body = body ?? '{}';
  } else {
    return next();
  }
  return undefined;
});

const server = provider.listen(port, '127.0.0.1', () => console.log(`provider on http://127.0.0.1:${port}`));
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => { server.closeAllConnections(); server.close(() => process.exit(0)); });
}
