import { createHash } from 'node:crypto';
import { protect } from '@minitwitter/rest-bridge/headers';
import { type RequestHandler, Router } from 'express';
import { ruruHTML } from 'ruru/server';
import { getStaticFile } from 'ruru/static';

const staticPath = '/graphql/assets/';
const assetSeconds = 3600;

const example = `# Run it with credentials of POST /api/v1/auth/login in the headers below:
# {"authorization": "Bearer …"}
query Home {
  homeTimeline(first: 3) {
    edges {
      node {
        content
        likesCount
        author {
          username
        }
      }
    }
  }
}

# Notifications as they arrive, by WebSocket.
subscription Live {
  notificationReceived {
    message
    unreadCount
    tweet {
      content
      likesCount
    }
  }
}
`;

/** The GraphQL playground: a page for `/graphql`, and its files under `/graphql/assets/`; all of it from this server. */
export function createPlayground(): { page: RequestHandler; assets: Router } {
  const html = ruruHTML({
    staticPath,
    endpoint: '/graphql',
    subscriptionEndpoint: '/graphql',
    clientConfig: { defaultQuery: example },
    htmlParts: { metaTags: (tags) => `${tags}<link rel="icon" href="/live/icon.svg">` },
  });
  const headers = protect({
    contentSecurityPolicy: {
      directives: {
        'default-src': ["'none'"],
        'script-src': ["'self'", ...inlineScripts(html).map(hashSource)],
        'style-src': ["'self'", "'unsafe-inline'"],
        'font-src': ["'self'", 'data:'],
        'img-src': ["'self'", 'data:'],
        // Covers WebSockets of this host too (CSP level 3, "match schemes").
        'connect-src': ["'self'"],
        'worker-src': ["'self'", 'blob:'],
        'upgrade-insecure-requests': null,
      },
    },
  });
  const assets = Router();
  assets.get('/*file', async ({ originalUrl, headers: { 'accept-encoding': acceptEncoding } }, response, next) => {
    const file = await getStaticFile({ staticPath, urlPath: originalUrl, acceptEncoding, disallowDevAssets: true });
    if (!file) return next();
    response.set({ ...file.headers, 'Cache-Control': `public, max-age=${assetSeconds}`, Vary: 'Accept-Encoding' });
    response.end(file.content);
  });

  return {
    page: (request, response, next) => {
      headers(request, response, (error) => (error ? next(error) : response.type('html').send(html)));
    },
    assets,
  };
}

const inlineScripts = (html: string): string[] =>
  Array.from(html.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g), ([, script = '']) => script);

const hashSource = (script: string): string => `'sha256-${createHash('sha256').update(script).digest('base64')}'`;
