import type { createProbes } from '@minitwitter/service-kit/http-server';
import type { RequestHandler, Router } from 'express';
import { emptyAnswer } from './answer.ts';
import { Problem } from './problem.ts';
import { send } from './send.ts';

/** What answers each method of a path; `get` answers HEAD too. */
export type Handlers = Partial<Record<'get' | 'post' | 'put' | 'delete', RequestHandler>>;

/** Serve the methods of a path (written as in OpenAPI), OPTIONS, and a 405 problem with `Allow` for every other method. */
export function mount(router: Pick<Router, 'route'>, path: string, handlers: Handlers): void {
  const methods = Object.keys(handlers).flatMap((method) =>
    method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()],
  );
  const at = router.route(path.replace(/{(\w+)}/g, ':$1'));
  for (const method of ['get', 'post', 'put', 'delete'] as const) {
    const handler = handlers[method];
    if (handler) at[method](handler);
  }
  at.all(refuseMethods(methods));
}

/** Serve the pages that every process has. */
export function mountProbes(router: Pick<Router, 'route'>, probe: ReturnType<typeof createProbes>): void {
  for (const path of ['/livez', '/readyz', '/metrics']) {
    const handle = probe(path);
    if (handle) mount(router, path, { get: (request, response) => handle(request, response) });
  }
}

/** Let reads pass; answer OPTIONS, and refuse every other method. For what serves files. */
export const readsOnly: RequestHandler = (request, response, next) =>
  request.method === 'GET' || request.method === 'HEAD' ? next() : refuseOther(request, response, next);

const refuseMethods =
  (methods: readonly string[]): RequestHandler =>
  (request, response) => {
    const allow = [...methods, 'OPTIONS'].join(', ');
    if (request.method !== 'OPTIONS') {
      const detail = `${request.method} is not a method of this path.`;
      throw new Problem('method-not-allowed', detail, { headers: { Allow: allow } });
    }
    response.setHeader('Allow', allow);
    send(request, response, emptyAnswer(204));
  };

const refuseOther = refuseMethods(['GET', 'HEAD']);
