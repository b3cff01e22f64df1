import { observeHttp, traceHttp } from '@minitwitter/service-kit/http-server';
import type { Tracer } from '@minitwitter/service-kit/tracing';
import type { RequestHandler, Response } from 'express';

const routeKey = 'route';

type ObserveOptions = {
  service: string;
  tracer: Tracer;
  /** The paths that metrics tell apart, the longer before the shorter; of those that are answered by routes, the routes are. */
  parts: readonly string[];
  /** Those of them that are traced. */
  traced: readonly string[];
};

/** Measure requests by route, and trace those of some parts. */
export const observe =
  ({ service, tracer, parts, traced }: ObserveOptions): RequestHandler =>
  (request, response, next) => {
    const part = parts.find((path) => request.path === path || request.path.startsWith(`${path}/`));
    const routeOf = (): string => routeIn(response) ?? part ?? 'other';
    observeHttp(service, routeOf, request, response);
    if (part !== undefined && traced.includes(part)) traceHttp(tracer, routeOf, request, response);
    next();
  };

/** Say by which route, as OpenAPI writes it, a request is answered. */
export function nameRoute(response: Response, route: string): void {
  response.locals[routeKey] = route;
}

function routeIn({ locals }: Response): string | undefined {
  const route: unknown = locals[routeKey];
  return typeof route === 'string' ? route : undefined;
}
