// The API behind the gateway: answers with what it received, as JSON. Paths below any prefix:
//
//   …/echo              the request's body, as it comes
//   …/bytes?count=N     N bytes, byte i being i % 251
//   …/slow?ms=N         the usual answer after N milliseconds
//   …/status?code=N     that status
//   any other           {"method", "target", "headers": [[name, value]...], "body_bytes", "body_sha256"}
//
// A request to upgrade becomes a tunnel that echoes. GET /test/count says how many requests arrived.
//
//   node upstream.mjs --port 18020 [--certificate FILE --key FILE]      with these, over TLS
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { pipeline, Readable } from 'node:stream';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: { port: { type: 'string', default: '18020' }, certificate: { type: 'string' }, key: { type: 'string' } },
});
let count = 0;

function* pattern(total) {
  const block = Buffer.alloc(251 * 256, Buffer.from(Array.from({ length: 251 }, (_, i) => i)));
  for (let sent = 0; sent < total; sent += block.length) yield block.subarray(0, Math.min(block.length, total - sent));
}

function headersOf(request) {
  const pairs = [];
  for (let i = 0; i < request.rawHeaders.length; i += 2) pairs.push(request.rawHeaders.slice(i, i + 2));
  return pairs;
}

async function receive(request) {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of request) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return {
    method: request.method, target: request.url, headers: headersOf(request), body_bytes: bytes, body_sha256: hash.digest('hex'),
  };
}

// For people too: one header per line.
function shown({ headers, ...rest }) {
  const lines = Object.entries(rest).map(([name, value]) => ` "${name}": ${JSON.stringify(value)}`);
  lines.push(` "headers": [\n  ${headers.map((header) => JSON.stringify(header)).join(',\n  ')}\n ]`);
  return `{\n${lines.join(',\n')}\n}\n`;
}

async function serve(request, response) {
  const url = new URL(request.url, 'http://upstream');
  if (url.pathname === '/test/count') {
    response.end(JSON.stringify({ requests: count }));
    return;
  }
  count += 1;
  if (url.pathname.endsWith('/echo')) {
    response.writeHead(200, { 'Content-Type': request.headers['content-type'] ?? 'application/octet-stream' });
    pipeline(request, response, () => {});
    return;
  }
  if (url.pathname.endsWith('/bytes')) {
    request.resume();
    response.writeHead(200, { 'Content-Type': 'application/octet-stream' });
    pipeline(Readable.from(pattern(Number(url.searchParams.get('count')))), response, () => {});
    return;
  }
  try {
    const seen = shown(await receive(request));
    const status = url.pathname.endsWith('/status') ? Number(url.searchParams.get('code')) : 200;
    const answer = () => response.writeHead(status, { 'Content-Type': 'application/json' }).end(seen);
    if (url.pathname.endsWith('/slow')) setTimeout(answer, Number(url.searchParams.get('ms')));
    else answer();
  } catch { // the client went away in the middle of its body
    response.destroy();
  }
}

const secured = options.certificate && { cert: readFileSync(options.certificate), key: readFileSync(options.key) };
const server = (secured ? https : http).createServer({ keepAliveTimeout: 60_000, ...secured }, serve);
server.on('upgrade', (request, socket) => {
  count += 1;
  const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`);
  socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
    + `Sec-WebSocket-Accept: ${accept.digest('base64')}\r\nX-Seen: ${request.headers['x-client'] ?? ''}\r\n\r\n`);
  socket.on('error', () => socket.destroy());
  socket.pipe(socket);
});
server.listen(Number(options.port), '127.0.0.1', 4096, () => console.log(`upstream on http${secured ? 's' : ''}://127.0.0.1:${options.port}`));
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => { server.closeAllConnections(); server.close(() => process.exit(0)); });
}
