import { Writable } from 'node:stream';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createContextFactory, createSystemContext } from './context-factory.ts';

const cause = {
  requestId: 'request-1',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
};
const fields = { request_id: 'request-1', trace_id: '0af7651916cd43dd8448eb211c80319c', msg: 'seen' };

function openLog() {
  const lines: unknown[] = [];
  const write = (chunk: unknown, _encoding: string, done: () => void) => {
    lines.push(JSON.parse(String(chunk)));
    done();
  };
  return { lines, log: pino(new Writable({ write })) };
}

test('what is logged of a request bears its id and that of its trace', async () => {
  const { lines, log } = openLog();
  const rest = { authorization: undefined, timeoutMs: undefined, userAgent: undefined, clientIp: undefined };
  const context = await createContextFactory(async () => null, log)({ ...cause, ...rest });
  context.log.info('seen');
  expect(lines).toEqual([expect.objectContaining(fields)]);
});

test('what is logged of an event bears the ids of what it arose from', () => {
  const { lines, log } = openLog();
  createSystemContext(log, cause).log.info('seen');
  expect(lines).toEqual([expect.objectContaining(fields)]);
});
