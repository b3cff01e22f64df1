import { identify, requestIdOf } from '@minitwitter/rest-bridge/headers';
import { Problem, problemAnswer, toProblem } from '@minitwitter/rest-bridge/problem';
import { send } from '@minitwitter/rest-bridge/send';
import { type createProbes, observeHttp } from '@minitwitter/service-kit/http-server';
import type { Logger } from '@minitwitter/service-kit/logger';
import express, { type ErrorRequestHandler, type Express, type RequestHandler, type Router } from 'express';
import helmet from 'helmet';
import { indexPage } from './index-page.ts';

type AppParts = {
  probe: ReturnType<typeof createProbes>;
  graphql: Router;
  playgroundAssets: Router;
  rest: Router;
  docs: Router;
  jwks: RequestHandler;
  /** How many proxies in front are believed about the client's address. */
  proxies: number;
  log: Logger;
};

/** Put the edge's parts under their paths; what is under none is answered with problem details. */
export function createApp({ probe, graphql, playgroundAssets, rest, docs, jwks, proxies, log }: AppParts): Express {
  const app = express();
  app.disable('x-powered-by').disable('etag').set('trust proxy', proxies).set('query parser', 'simple');
  app.use(identify, observe, helmet({ contentSecurityPolicy: { directives: { 'upgrade-insecure-requests': null } } }));
  app.get('/', indexPage);
  for (const path of ['/livez', '/readyz', '/metrics']) {
    const handle = probe(path);
    if (handle) app.get(path, handle);
  }
  app.get('/.well-known/jwks.json', jwks);
  app.use('/graphql/assets', playgroundAssets);
  app.use('/graphql', graphql);
  app.use('/api/v1', rest);
  app.use('/docs', docs);
  app.use((request) => {
    throw new Problem('not-found', `There is no ${request.path}.`);
  });
  app.use(answerErrors(log));
  return app;
}

/** The parts of the edge that metrics tell apart. */
const parts = ['/graphql/assets', '/graphql', '/api/v1', '/docs', '/.well-known', '/livez', '/readyz', '/metrics'];

const observe: RequestHandler = (request, response, next) => {
  const part = parts.find((path) => request.path === path || request.path.startsWith(`${path}/`));
  observeHttp('gateway', part ?? 'other', request, response);
  next();
};

const answerErrors =
  (log: Logger): ErrorRequestHandler =>
  (error, request, response, next) => {
    if (response.headersSent) return next(error);
    const problem = toProblem(error);
    if (problem.slug === 'internal') log.error({ err: error, requestId: requestIdOf(response) }, 'request failed');
    send(request, response, problemAnswer(problem, request.path));
  };
