import type { RequestHandler } from 'express';

const links = [
  ['/docs', 'REST API'],
  ['/api/v1/openapi.json', 'OpenAPI document'],
  ['/graphql', 'GraphQL playground'],
  ['/live', 'Live page'],
  ['/readyz', 'Readiness'],
];
const items = links.map(([href, text]) => `<li><a href="${href}">${text}</a></li>`).join('');
const html =
  '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">' +
  `<title>MiniTwitter</title><link rel="icon" href="/live/icon.svg"></head><body><h1>MiniTwitter</h1><ul>${items}</ul></body></html>\n`;

/** The page at `/`: where to go. */
export const indexPage: RequestHandler = (_request, response) => void response.type('html').send(html);
