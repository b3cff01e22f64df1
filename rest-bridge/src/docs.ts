import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import express, { Router } from 'express';
import { protect } from './headers.ts';
import { readsOnly } from './mount.ts';
import { problemKinds } from './problem.ts';

const assets = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

const initializer = `window.ui = SwaggerUIBundle({
  url: '/api/v1/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis],
});
`;

const page = (title: string, head: string, body: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
  `<title>${title}</title>${head}</head><body>${body}</body></html>\n`;

const problems = Object.entries(problemKinds).map(
  ([slug, { status, code, title, meaning }]) =>
    `<h2 id="${slug}">${title}</h2><p>${meaning}</p><p>HTTP ${status}, <code>${code}</code></p>`,
);

/** Swagger UI of the REST API, served from this server alone, and the page that the `type` of problems leads to; for `/docs`. */
export function createDocs(): Router {
  const router = Router();
  router.use(
    readsOnly,
    protect({ contentSecurityPolicy: { directives: { 'script-src': ["'self'"], 'upgrade-insecure-requests': null } } }),
  );
  router.get('/', ({ baseUrl }, response) => {
    const head = `<link rel="stylesheet" href="${baseUrl}/swagger-ui.css"><link rel="icon" href="${baseUrl}/favicon-32x32.png">`;
    const scripts = ['swagger-ui-bundle.js', 'initializer.js'].map(
      (file) => `<script src="${baseUrl}/${file}"></script>`,
    );
    response.type('html').send(page('MiniTwitter API', head, `<div id="swagger-ui"></div>${scripts.join('')}`));
  });
  router.get('/initializer.js', (_request, response) => {
    response.type('js').send(initializer);
  });
  router.get('/problems', (_request, response) => {
    response.type('html').send(page('Problems', '', `<h1>Problems</h1>${problems.join('')}`));
  });
  router.use(express.static(assets, { index: false, redirect: false }));
  return router;
}
