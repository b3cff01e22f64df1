import { identify } from '@minitwitter/rest-bridge/headers';
import { mount, mountProbes } from '@minitwitter/rest-bridge/mount';
import { observe } from '@minitwitter/rest-bridge/observe';
import { answerErrors, answerUnknown } from '@minitwitter/rest-bridge/unanswered';
import type { createProbes } from '@minitwitter/service-kit/http-server';
import type { Logger } from '@minitwitter/service-kit/logger';
import type { Tracer } from '@minitwitter/service-kit/tracing';
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
  tracer: Tracer;
  log: Logger;
};

/** Put the edge's parts under their paths; what is under none is answered with problem details. */
export function createApp(deps: AppParts): Express {
  const { probe, graphql, playgroundAssets, rest, docs, jwks, proxies, tracer, log } = deps;
  const app = express();
  app.disable('x-powered-by').disable('etag').set('trust proxy', proxies).set('query parser', 'simple');
  app.use(identify, observe({ service: 'gateway', tracer, parts, traced: ['/graphql', '/api/v1'] }), protectEdge);
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
