import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { loadApiSchema } from '@minitwitter/rest-bridge/schema';
import express from 'express';
import { parse, validate } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLivePage } from './live-page.ts';

const fileOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const server = createServer(express().use('/live', createLivePage()));
let origin = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

/** What a file of the page names: other files, as paths from the root. */
const namedIn = (path: string, text: string): string[] =>
  Array.from(
    text.matchAll(/(?: src=| href=|from )["']([^"'#]+)["']/g),
    ([, name = '']) => new URL(name, origin + path).pathname,
  );

test('the page and all that it names is served from here, under a policy that allows nothing else', async () => {
  const left = ['/live'];
  const seen = new Set<string>();
  for (let path = left.pop(); path !== undefined; path = left.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const response = await fetch(origin + path);
    expect([path, response.status]).toEqual([path, 200]);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(response.headers.get('cache-control')).toBe('no-cache');
    left.push(...namedIn(path, await response.text()));
  }
  expect(seen.size).toBeGreaterThan(15);
  expect((await fetch(`${origin}/live/nothing.js`)).status).toBe(404);
});

test('the page asks the graph only what it has', async () => {
  const documents: Record<string, string> = await import(fileOf('../public/live/documents.js'));
  const schema = loadApiSchema(fileOf('../../../supergraph.graphql'));
  expect(Object.keys(documents).length).toBeGreaterThan(5);
  for (const document of Object.values(documents)) expect(validate(schema, parse(document))).toEqual([]);
});
