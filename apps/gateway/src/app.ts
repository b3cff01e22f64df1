import { identify } from '@minitwitter/rest-bridge/headers';
import { mount, mountProbes } from '@minitwitter/rest-bridge/mount';
import { answerErrors, answerUnknown } from '@minitwitter/rest-bridge/unanswered';
import { type createProbes, observeHttp } from '@minitwitter/service-kit/http-server';
import type { Logger } from '@minitwitter/service-kit/logger';
import express, { type Express, type RequestHandler, type Router } from 'express';
import { protectEdge } from './edge-headers.ts';
import { indexPage } from './index-page.ts';
import { createLivePage } from './live-page.ts';

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
  app.use(identify, observe, protectEdge);
  mount(app, '/', { get: indexPage });
  mountProbes(app, probe);
  mount(app, '/.well-known/jwks.json', { get: jwks });
  app.use('/graphql/assets', playgroundAssets);
  app.use('/graphql', graphql);
  app.use('/api/v1', rest);
  app.use('/docs', docs);
  app.use('/live', createLivePage());
  app.use(answerUnknown, answerErrors(log));
  return app;
}

/** The parts of the edge that metrics tell apart. */
const parts = [
  '/graphql/assets',
  '/graphql',
  '/api/v1',
  '/docs',
  '/live',
  '/.well-known',
  '/livez',
  '/readyz',
  '/metrics',
];

const observe: RequestHandler = (request, response, next) => {
  const part = parts.find((path) => request.path === path || request.path.startsWith(`${path}/`));
  observeHttp('gateway', part ?? 'other', request, response);
  next();
};
