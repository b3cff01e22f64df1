import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, inject, it } from 'vitest';
import { startPlatform } from './support/platform.ts';
import { createRest, register } from './support/rest.ts';
import { eventually, expectStatus, type Tweet, url } from './support/world.ts';

const root = resolve(fileURLToPath(new URL('..', import.meta.url)));

/** Start the platform where it cannot start, and see what it says. */
function failedStart(env: Record<string, string>): { status: number | null; lines: string[] } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['apps/standalone/src/main.ts'], {
    cwd: root,
    env: { PATH: process.env.PATH, SEED: 'none', ...env },
    timeout: 30_000,
    encoding: 'utf8',
  });
  return { status, lines: `${stdout}${stderr}`.split('\n').filter(Boolean) };
}

async function withFolder<T>(act: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'minitwitter-op-'));
  try {
    return await act(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

describe('a start that cannot work stops with one clear line', () => {
  it('when the port is in use', () =>
    withFolder(async (dataDir) => {
      const { status, lines } = failedStart({ DATA_DIR: dataDir, PORT: new URL(url).port });
      expect(status).toBe(1);
      expect(lines).toEqual([expect.stringContaining(`${new URL(url).port}`)]);
    }));

  it('when the data folder is in use by another instance', () =>
    withFolder(async (dataDir) => {
      const env = { DATABASE_URL: '', MONGODB_URL: '', REDIS_URL: '', KAFKA_BROKERS: '' };
      await using _first = await startPlatform({ dataDir, env });
      const { status, lines } = failedStart({ DATA_DIR: dataDir, PORT: '0' });
      expect(status).toBe(1);
      expect(lines).toHaveLength(1);
      expect(lines[0]).toContain(dataDir);
    }));

  it('when the data folder is a file', () =>
    withFolder(async (folder) => {
      const dataDir = join(folder, 'file');
      await writeFile(dataDir, 'not a folder');
      const { status, lines } = failedStart({ DATA_DIR: dataDir, PORT: '0' });
      expect({ status, lines }).toEqual({ status: 1, lines: [expect.stringContaining(dataDir)] });
    }));

  it('when configuration is wrong, with a list of all that is', () =>
    withFolder(async (dataDir) => {
      const { status, lines } = failedStart({ DATA_DIR: dataDir, PORT: 'x', SEED: 'some', RATE_LIMIT: 'maybe' });
      expect(status).toBe(1);
      for (const name of ['PORT', 'SEED', 'RATE_LIMIT']) expect(lines.join('\n')).toContain(name);
    }));
});

it('keeps everything that it acknowledged, over a clean stop and over a kill', () =>
  withFolder(async (dataDir) => {
    const check = () => undefined;
    const first = await startPlatform({ dataDir });
    const author = await register(createRest(first.url, check));
    const post = (platform: { url: string }, content: string) =>
      expectStatus<Tweet>(
        201,
        createRest(platform.url, check)('POST', '/tweets', { body: { content }, token: author.token }),
      );
    const one = await post(first, 'before the stop');
    await first.kill('SIGTERM');

    const second = await startPlatform({ dataDir });
    const two = await post(second, 'before the kill');
    await expectStatus(200, createRest(second.url, check)('POST', `/tweets/${two.id}/like`, { token: author.token }));
    await second.kill('SIGKILL');

    await using third = await startPlatform({ dataDir });
    const rest = createRest(third.url, check);
    await eventually(async () => {
      const { items } = await expectStatus<{ items: Tweet[] }>(
        200,
        rest('GET', `/tweets?user_id=${author.id}`, { token: author.token }),
      );
      expect(items).toMatchObject([
        { id: two.id, liked: true, likes_count: 1 },
        { id: one.id, liked: false, likes_count: 0 },
      ]);
    });
  }));

it('tells that it lives, that it is ready, and its metrics', async () => {
  expect((await fetch(`${url}/livez`)).status).toBe(200);
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  const jwks = (await (await fetch(`${url}/.well-known/jwks.json`)).json()) as { keys: { kty: string; d?: string }[] };
  expect(jwks.keys[0]).toMatchObject({ kty: 'OKP' });
  expect(jwks.keys.some(({ d }) => d !== undefined)).toBe(false);
});

it('measures by route, operation and call, and what waits in outboxes', async () => {
  const author = await register(createRest(url, () => undefined));
  await expectStatus(
    201,
    createRest(url, () => undefined)('POST', '/tweets', { body: { content: 'measured' }, token: author.token }),
  );
  const processes = [url, ...Object.values(inject('subgraphs'))];
  await eventually(async () => {
    const pages = await Promise.all(processes.map(async (base) => (await fetch(`${base}/metrics`)).text()));
    const metrics = pages.join('\n');
    for (const sample of [
      'http_duration_seconds_count{service="gateway",method="POST",route="/api/v1/tweets",status="201"}',
      'graphql_duration_seconds_count{type="mutation",operation="CreateTweet",code="OK"}',
      'rpc_server_duration_seconds_count{service="user",method="batchGetUsers",code="OK"}',
      'rpc_client_duration_seconds_count{service="notification",peer="user",method="batchGetUsers",code="OK"}',
    ])
      expect(metrics).toContain(`minitwitter_${sample}`);
    for (const service of ['auth', 'user', 'follow', 'tweet', 'comment', 'like'])
      expect(metrics).toContain(`minitwitter_outbox_pending{service="${service}"} 0`);
    expect(metrics).toMatch(/minitwitter_cache_lookups_total\{cache="token",result="(hit|miss)"\} [1-9]/);
  });
});
