import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { bounds } from './bounds.ts';
import { newTraceparent, readTraceparent } from './context.ts';
import type { createReadiness } from './health.ts';
import { PortError } from './lifecycle.ts';
import { httpDuration, registry } from './metrics.ts';
import type { Tracer } from './tracing.ts';

export type HttpHandler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;
export type HttpServer = Drained & { port: number; [Symbol.asyncDispose]: () => Promise<void> };

/** What can be asked to send its clients elsewhere before it stops. */
export type Drained = {
  /** Goes on answering, asks every client to close its connection, and resolves when all have, or after 5 s. */
  drain: () => Promise<void>;
};

/** Takes over the socket of a request that asks for another protocol. */
export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

type ListenOptions = {
  service: string;
  host: string;
  port: number;
  handle: HttpHandler;
  /** Without it, upgrades are refused. */
  upgrade?: UpgradeHandler;
};

const { httpServer, stop } = bounds;
const leavePollMs = 50;

/** Listen for HTTP/1.1; disposing stops accepting, lets running requests end within 10 s, then closes. */
export async function listenHttp({ service, host, port, handle, upgrade }: ListenOptions): Promise<HttpServer> {
  const server = createServer({
    keepAliveTimeout: httpServer.keepAliveMs,
    requestTimeout: httpServer.requestMs,
    headersTimeout: httpServer.headersMs,
  });
  let isDraining = false;
  server.on('request', (request, response) => {
    if (isDraining) response.setHeader('Connection', 'close');
    return handle(request, response);
  });
  if (upgrade) server.on('upgrade', upgrade);
  const silent = watchSilent(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'EADDRINUSE' ? 'is in use' : `cannot be used: ${error.message}`;
      reject(new PortError(`Port ${port} of the ${service} ${reason}.`));
    });
    server.listen({ port, host, backlog: httpServer.backlog }, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    drain: () => {
      isDraining = true;
      return untilLeft(server);
    },
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        const timer = setTimeout(() => server.closeAllConnections(), stop.drainMs);
        server.close(() => {
          clearTimeout(timer);
          resolve();
        });
        // A kept-alive connection that was busy just now closes once it has been idle for this long.
        server.keepAliveTimeout = 1;
        server.closeIdleConnections();
        for (const socket of silent) socket.destroy();
      }),
  };
}

/** A connection that is closed while its client sends would fail a request: so the client closes it, or has stopped to use it. */
async function untilLeft(server: Server): Promise<void> {
  const deadline = performance.now() + stop.leaveMs;
  const openConnections = () =>
    new Promise<number>((resolve) => server.getConnections((_error, count) => resolve(count)));
  while (performance.now() < deadline && (await openConnections()) > 0) await delay(leavePollMs);
}

/** The connections that have not asked for anything yet, such as a browser's spare ones: the server takes them for busy. */
function watchSilent(server: Server): ReadonlySet<Socket> {
  const silent = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    silent.add(socket);
    socket.once('close', () => silent.delete(socket));
  });
  const hear = ({ socket }: IncomingMessage) => void silent.delete(socket);
  server.on('request', hear).on('upgrade', hear);
  return silent;
}

/** Answer an upgrade with an error, and do not wait for a peer that keeps its side open. */
export const refuseUpgrade = (socket: Duplex, ...lines: string[]): void =>
  void socket.end(`HTTP/1.1 ${[...lines, 'Connection: close'].join('\r\n')}\r\n\r\n`, () => socket.destroy());

/** Upgrade at one path; elsewhere there is nothing to upgrade to. */
export const upgradeAt =
  (path: string, upgrade: UpgradeHandler): UpgradeHandler =>
  (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    if ((request.url ?? '').split('?', 1)[0] === path) return upgrade(request, socket, head);
    refuseUpgrade(socket, '404 Not Found');
  };

/** The pages that every process serves: `/livez`, `/readyz`, `/metrics`; undefined for any other path. */
export function createProbes(readiness: ReturnType<typeof createReadiness>) {
  const pages: Record<string, HttpHandler> = {
    '/livez': (_request, response) => sendJson(response, 200, { status: 'ok' }),
    '/readyz': async (_request, response) => {
      const result = await readiness();
      sendJson(response, result.ready ? 200 : 503, result);
    },
    '/metrics': async (_request, response) => {
      response.writeHead(200, { 'content-type': registry.contentType }).end(await registry.metrics());
    },
  };
  return (path: string): HttpHandler | undefined => (Object.hasOwn(pages, path) ? pages[path] : undefined);
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}

/** Count a request into the HTTP metrics when its response ends; `routeOf` must answer from a bounded set. */
export function observeHttp(
  service: string,
  routeOf: () => string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const end = httpDuration.startTimer({ service, method: request.method ?? 'GET' });
  response.once('close', () => end({ route: routeOf(), status: String(response.statusCode) }));
}

/** Trace a request until its response ends: its `traceparent` header is from now on that of what happens within. */
export function traceHttp(
  tracer: Tracer,
  routeOf: () => string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const { method = 'GET', headers } = request;
  const { traceparent: given } = headers;
  const parent = readTraceparent(typeof given === 'string' ? given : undefined);
  if (!tracer.isOn) {
    headers.traceparent = parent ?? newTraceparent();
    return;
  }
  const span = tracer.start({ name: method, kind: 'server', attributes: { 'http.request.method': method } }, parent);
  headers.traceparent = span.traceparent;
  response.once('close', () => {
    const [route, status] = [routeOf(), response.statusCode];
    span.rename(`${method} ${route}`);
    span.set({ 'http.route': route, 'http.response.status_code': status });
    span.end(status >= 500 ? String(status) : undefined);
  });
}
