import { createSystemContext } from '@minitwitter/service-kit/context-factory';
import { createLogger } from '@minitwitter/service-kit/logger';
import { expect, test } from 'vitest';
import { createDataSource } from './data-source.ts';

/** Ask for a mutation through a transport that fails at first; how often it was called, and what came of it. */
async function mutate(failure: Error) {
  let calls = 0;
  const source = createDataSource('fake', async () => {
    calls += 1;
    if (calls === 1) throw failure;
    return { data: { me: null } };
  });
  const context = createSystemContext(createLogger('test', 'silent'));
  const { errors = [] } = await source.ask({ query: 'mutation { me { id } }', variables: {} }, context);
  return { calls, codes: errors.map(({ extensions }) => extensions?.code) };
}

test.each(['ECONNREFUSED', 'CONNECT_TIMEOUT'])(
  'a mutation that was not sent, for lack of a connection (%s), is tried again',
  async (code) => {
    expect(await mutate(Object.assign(new Error('no connection'), { code }))).toEqual({ calls: 2, codes: [] });
  },
);

test.each(['ECONNRESET', 'EPIPE', undefined])('a mutation that may have been executed (%s) is not', async (code) => {
  const failure = Object.assign(new Error('lost'), code && { code });
  expect(await mutate(failure)).toEqual({ calls: 1, codes: ['UNAVAILABLE'] });
});
