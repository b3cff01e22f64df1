import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPostgres } from './postgres.ts';
import { keepPostgres } from './postgres-kept.ts';

let parent: string;
let dataDir: string;
beforeAll(() => {
  parent = mkdtempSync(join(tmpdir(), 'minitwitter-pg-'));
  dataDir = join(parent, 'postgres');
});
afterAll(() => rmSync(parent, { recursive: true, force: true }));

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

test('a cluster that a crash left half made is made anew, and what is written survives a restart', async () => {
  mkdirSync(join(dataDir, 'cluster.new-0123'), { recursive: true });
  writeFileSync(join(dataDir, 'cluster.new-0123', 'PG_VERSION'), '18');
  {
    await using server = await startPostgres({ dataDir });
    await query(server.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
  }
  expect(existsSync(join(dataDir, 'cluster.new-0123'))).toBe(false);
  await using server = await startPostgres({ dataDir });
  expect(await query(server.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
});

test('a wrong password is refused', async () => {
  await using server = await startPostgres({ dataDir });
  const url = new URL(server.url);
  url.password = 'wrong';
  await expect(query(url.href, 'SELECT 1')).rejects.toThrow(/password/);
});

test('a server that outlived its killed process is stopped, and nothing it acknowledged is lost', async () => {
  const script = `const { startPostgres } = await import(${JSON.stringify(import.meta.resolve('./postgres.ts'))});
    const server = await startPostgres({ dataDir: ${JSON.stringify(dataDir)} });
    console.log(server.url); setInterval(() => {}, 1000);`;
  const owner = spawn('node', ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [url] = await once(owner.stdout.setEncoding('utf8'), 'data');
  await query(url.trim(), 'CREATE TABLE acknowledged AS SELECT 1 AS one');
  owner.kill('SIGKILL');
  await once(owner, 'exit');
  await using server = await startPostgres({ dataDir });
  expect(await query(server.url, 'SELECT one FROM acknowledged')).toEqual([{ one: 1 }]);
  await expect(query(url.trim(), 'SELECT 1')).rejects.toThrow();
});

test('a postmaster.pid that names a stranger harms neither the stranger nor the start', async () => {
  writeFileSync(join(dataDir, 'cluster', 'postmaster.pid'), `${process.pid}\n${dataDir}\n`);
  await using server = await startPostgres({ dataDir });
  expect(readFileSync(join(dataDir, 'cluster', 'postmaster.pid'), 'utf8')).not.toContain(`${process.pid}\n`);
  expect(server.port).toBeGreaterThan(0);
});

test('a port in use is told in one line', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  await expect(startPostgres({ dataDir, port })).rejects.toThrow(/did not start: .*Address already in use[^\n]*$/);
  other.close();
});

test('a corrupt cluster is told in one line, with the cause from the log', async () => {
  const broken = join(parent, 'broken');
  mkdirSync(join(broken, 'cluster'), { recursive: true });
  writeFileSync(join(broken, 'password'), 'x\n');
  chmodSync(join(broken, 'cluster'), 0o700);
  await expect(startPostgres({ dataDir: broken })).rejects.toThrow(/^the embedded PostgreSQL in .*broken .*: [^\n]+$/);
});

test('a server that is killed is there again, with what it acknowledged, and stays away once it is stopped', async () => {
  const server = await keepPostgres({ dataDir });
  await query(server.url, 'CREATE TABLE again AS SELECT 1 AS one');
  const readPid = () => Number.parseInt(readFileSync(join(dataDir, 'cluster', 'postmaster.pid'), 'utf8'), 10);
  for (let time = 0; time < 2; time++) {
    const killed = readPid();
    process.kill(killed, 'SIGKILL');
    const ask = async () => readPid() !== killed && query(server.url, 'SELECT one FROM again');
    await expect.poll(() => ask().catch(String), { timeout: 20_000 }).toEqual([{ one: 1 }]);
  }
  await server[Symbol.asyncDispose]();
  await server.ended;
  await expect(query(server.url, 'SELECT 1')).rejects.toThrow();
}, 60_000);
