import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { openEmbeddedRedis } from './redis.ts';

let dir: string;
let clients: Redis[];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'minitwitter-redis-'));
  clients = [];
});
afterEach(async () => {
  vi.useRealTimers();
  await close();
  rmSync(dir, { recursive: true, force: true });
});

function open(options?: { dir?: string }): Redis {
  const client = openEmbeddedRedis('test', options);
  clients.push(client);
  return client;
}

async function close(): Promise<void> {
  const ended = clients.map((client) => once(client, 'end'));
  for (const client of clients.splice(0)) client.disconnect();
  await Promise.all(ended);
}

async function reopen(): Promise<Redis> {
  await close();
  return open({ dir });
}

describe('what survives', () => {
  test('strings, numbers, buffers and their expiry; not other types, and nothing that was deleted', async () => {
    const redis = open({ dir });
    await redis.set('plain', 'wörld');
    await redis.set('expiring', 'x', 'PX', 60_000, 'NX');
    await redis.set('bytes', Buffer.from([0, 255]));
    await redis.pipeline().incr('n').incr('n').set('gone', '1').del('gone').exec();
    await redis.zadd('z', 1, 'a');
    const again = await reopen();
    expect(await again.mget('plain', 'n', 'gone')).toEqual(['wörld', '2', null]);
    expect(await again.getBuffer('bytes')).toEqual(Buffer.from([0, 255]));
    expect(await again.pttl('expiring')).toBeGreaterThan(50_000);
    expect(await again.exists('z', 'gone')).toBe(0);
  });

  test('a changed expiry, and a key that became another type', async () => {
    const redis = open({ dir });
    await redis.set('a', '1', 'PX', 60_000);
    await redis.persist('a');
    await redis.set('b', '1');
    await redis.pexpire('b', 60_000);
    await redis.set('c', '1');
    await redis.del('c');
    await redis.sadd('c', 'x');
    const again = await reopen();
    expect(await again.pttl('a')).toBe(-1);
    expect(await again.pttl('b')).toBeGreaterThan(50_000);
    expect(await again.exists('c')).toBe(0);
  });

  test('nothing past its time, and what nobody asks for is forgotten', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'setInterval'] });
    const redis = open({ dir });
    await redis.set('short', 'x', 'PX', 1_000);
    await redis.set('long', 'x', 'PX', 100_000);
    vi.advanceTimersByTime(31_000);
    expect(await redis.exists('short', 'long')).toBe(1);
    vi.advanceTimersByTime(70_000);
    expect(await (await reopen()).exists('short', 'long')).toBe(0);
  });

  test('every acknowledged string, when the process is killed', async () => {
    const script = `const { openEmbeddedRedis } = await import(${JSON.stringify(import.meta.resolve('./redis.ts'))});
      const redis = openEmbeddedRedis('x', { dir: ${JSON.stringify(dir)} });
      for (let i = 0; ; i++) { await redis.set('k' + i, 'v', 'EX', 600, 'NX'); process.stdout.write('k' + i + '\\n'); }`;
    const writer = spawn('node', ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void writer.kill('SIGKILL'));
    let output = '';
    writer.stdout.setEncoding('utf8').on('data', (chunk) => {
      output += chunk;
      if (output.length > 2_000) writer.kill('SIGKILL');
    });
    await once(writer, 'close');
    const acknowledged = output.slice(0, output.lastIndexOf('\n')).split('\n');
    const redis = open({ dir });
    expect(await redis.exists(...acknowledged)).toBe(acknowledged.length);
  });
});

describe('clients of one name', () => {
  test('share keys and pub/sub, and start anew without a folder once all have quit', async () => {
    const [one, two] = [open(), open()];
    const heard = vi.fn();
    two.on('message', heard);
    await two.subscribe('news');
    await one.set('k', 'v');
    expect(await one.publish('news', 'hello')).toBe(1);
    await vi.waitFor(() => expect(heard).toHaveBeenCalledWith('news', 'hello'));
    expect(await open().get('k')).toBe('v');
    await close();
    expect(await open().get('k')).toBeNull();
  });

  test('many of them are no leak, and a duplicate is one of them', async () => {
    const warned = vi.spyOn(process, 'emitWarning');
    for (let i = 0; i < 30; i++) await open().subscribe('news');
    const duplicate = open().duplicate();
    clients.push(duplicate);
    expect(await duplicate.publish('news', 'x')).toBe(30);
    expect(warned).not.toHaveBeenCalled();
  });
});

describe('commands', () => {
  test('a script is loaded on one client and run on another, as raw commands', async () => {
    const [one, two] = [open(), open()];
    const sha = await one.call('SCRIPT', 'LOAD', 'return { redis.call("INCR", KEYS[1]), ARGV[1] }');
    expect(await two.call('EVALSHA', String(sha), '1', 'hits', '7')).toEqual([1, '7']);
    await expect(two.call('EVALSHA', 'unknown', '1', 'hits')).rejects.toThrow(/^NOSCRIPT/);
    await expect(two.call('NONSENSE')).rejects.toThrow(/unknown command/);
  });

  test('a sorted set is read by lexical range, score and rank', async () => {
    const redis = open();
    await redis.zadd('z', 0, 'a', 0, 'b', 0, 'c', 0, 'd');
    expect(await redis.zrevrangebylex('z', '(c', '-', 'LIMIT', 0, 1)).toEqual(['b']);
    expect(await redis.zremrangebyrank('z', 0, -3)).toBe(2);
    expect(await redis.zrevrange('z', 0, -1)).toEqual(['d', 'c']);
  });
});
