import { fileURLToPath } from 'node:url';
import { protect } from '@minitwitter/rest-bridge/headers';
import { readsOnly } from '@minitwitter/rest-bridge/mount';
import express, { Router } from 'express';

const root = fileURLToPath(new URL('../public/live', import.meta.url));

const directives = {
  'default-src': ["'none'"],
  'script-src': ["'self'"],
  'style-src': ["'self'"],
  'img-src': ["'self'"],
  // Covers WebSockets of this host too (CSP level 3, "match schemes").
  'connect-src': ["'self'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'frame-ancestors': ["'none'"],
  'require-trusted-types-for': ["'script'"],
};

/** The page that shows the home timeline and notifications live: plain files, all of them from this server; for `/live`. */
export function createLivePage(): Router {
  const router = Router();
  router.use(
    readsOnly,
    protect({ contentSecurityPolicy: { useDefaults: false, directives } }),
    (_request, response, next) => {
      // Names do not change with what the files contain: they are asked for by ETag.
      response.setHeader('Cache-Control', 'no-cache');
      next();
    },
  );
  router.get('/', (_request, response) => response.sendFile('index.html', { root, cacheControl: false }));
  router.use(express.static(root, { index: false, redirect: false, cacheControl: false }));
  return router;
}
