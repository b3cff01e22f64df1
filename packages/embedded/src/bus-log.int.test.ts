import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type BusLog, openBusLog, PARTITIONS, partitionOf } from './bus-log.ts';

const TOPIC = 'minitwitter.tweet.v1';
const DEAD = 'minitwitter.dead-letter.v1';
const HOUR = 3_600_000;
const message = (key: string, text: string, topic = TOPIC) => ({
  topic,
  key,
  value: new TextEncoder().encode(text),
  headers: { text },
});

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'minitwitter-bus-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const lagOf = (log: BusLog, group: string) => log.lag(group, [TOPIC]).reduce((sum, { lag }) => sum + lag, 0);
const read = (log: BusLog, group: string, key = 'a', topic = TOPIC) =>
  log.read(group, topic, partitionOf(key), 100).map(({ offset, headers }) => [offset, headers.text]);

test.for([undefined, 'folder'])(
  'each group reads each record in order from the earliest on, until it commits (%s)',
  (kind) => {
    using log = openBusLog(kind && dir);
    log.append(['one', 'two', 'three'].map((text) => message('a', text)));
    expect(read(log, 'g')).toEqual([
      [0, 'one'],
      [1, 'two'],
      [2, 'three'],
    ]);
    log.commit('g', TOPIC, partitionOf('a'), 2);
    log.commit('g', TOPIC, partitionOf('a'), 1);
    expect(read(log, 'g')).toEqual([[2, 'three']]);
    expect(read(log, 'late')).toHaveLength(3);
    expect(log.lag('g', [TOPIC])).toEqual([{ topic: TOPIC, partition: partitionOf('a'), end: 3, lag: 1 }]);
    expect([lagOf(log, 'late'), lagOf(log, 'nobody')]).toEqual([3, 3]);
    expect(log.peek(TOPIC, partitionOf('a'), 1, 1).map(({ offset }) => offset)).toEqual([1]);
    expect(log.read('late', TOPIC, partitionOf('a'), 1)[0]?.value).toEqual(new TextEncoder().encode('one'));
  },
);

test('offsets and records go on over a restart', () => {
  {
    using log = openBusLog(dir);
    log.append([message('a', 'one'), message('a', 'two')]);
    expect(read(log, 'g')).toHaveLength(2);
    log.commit('g', TOPIC, partitionOf('a'), 1);
  }
  using log = openBusLog(dir);
  log.append([message('a', 'three')]);
  expect(read(log, 'g')).toEqual([
    [1, 'two'],
    [2, 'three'],
  ]);
});

test('what append returned from survives the killing of the process', async () => {
  const script = `const { openBusLog } = await import(${JSON.stringify(import.meta.resolve('./bus-log.ts'))});
    const log = openBusLog(${JSON.stringify(dir)});
    for (let i = 0; i < 50; i++) log.append([{ topic: '${TOPIC}', key: 'a', value: new Uint8Array(9), headers: { text: String(i) } }]);
    process.kill(process.pid, 'SIGKILL');`;
  await once(spawn('node', ['--input-type=module', '-e', script], { stdio: 'ignore' }), 'exit');
  using log = openBusLog(dir);
  expect(read(log, 'g')).toHaveLength(50);
});

test('whoever opens the same folder is told of appends, of their topics, until it stops listening', () => {
  using log = openBusLog(dir);
  using other = openBusLog(dir);
  const heard = vi.fn();
  const stop = other.onAppend(heard);
  log.append([message('a', 'x'), message('b', 'y', DEAD)]);
  stop();
  log.append([message('a', 'z')]);
  expect(heard.mock.calls).toEqual([[new Set([TOPIC, DEAD])]]);
});

test('keys are spread over all partitions, and a batch that fails leaves nothing', () => {
  expect(new Set(Array.from({ length: 100 }, (_, i) => partitionOf(`key ${i}`))).size).toBe(PARTITIONS);
  using log = openBusLog();
  const broken = {
    ...message('a', 'x'),
    get value(): Uint8Array {
      throw new Error('no value');
    },
  };
  expect(() => log.append([message('a', 'x'), broken])).toThrow('no value');
  expect(read(log, 'g')).toEqual([]);
});

describe('retention', () => {
  let time = 0;
  const clock = () => time;

  test('keeps what a group has not passed, or is younger than an hour, and never counts an offset twice', () => {
    using log = openBusLog(dir, clock);
    log.append([message('a', 'one'), message('a', 'two'), message('a', 'three')]);
    for (const group of ['fast', 'slow']) read(log, group);
    log.commit('fast', TOPIC, partitionOf('a'), 3);
    log.commit('slow', TOPIC, partitionOf('a'), 1);
    expect(log.trim()).toBe(0);
    time += HOUR + 1;
    expect(log.trim()).toBe(1);
    log.commit('slow', TOPIC, partitionOf('a'), 3);
    expect(log.trim()).toBe(2);
    expect(lagOf(log, 'new')).toBe(0);
    log.append([message('a', 'four')]);
    expect(read(log, 'new')).toEqual([[3, 'four']]);
    expect(lagOf(log, 'new')).toBe(1);
  });

  test('gives up on a group that reads nothing for a week, and keeps dead letters for thirty days', () => {
    using log = openBusLog(undefined, clock);
    log.append([message('a', 'one'), message('a', 'dead', DEAD)]);
    for (const topic of [TOPIC, DEAD]) read(log, 'g', 'a', topic);
    log.commit('g', DEAD, partitionOf('a'), 1);
    time += 8 * 24 * HOUR;
    expect(log.trim()).toBe(1);
    expect(read(log, 'replay', 'a', DEAD)).toHaveLength(1);
    time += 23 * 24 * HOUR;
    expect(log.trim()).toBe(1);
  });
});
