import { createLogger } from '@minitwitter/service-kit/logger';
import { openMongo } from '@minitwitter/service-kit/mongo';
import { createObjectIds } from '@minitwitter/service-kit/object-ids';
import { openPolicy } from '@minitwitter/service-kit/policy';
import { openRedis } from '@minitwitter/service-kit/redis';
import { startTestServers, testContext } from '@minitwitter/service-kit/testing';
import { openWakeups } from '@minitwitter/service-kit/wakeups';
import { expect, test, vi } from 'vitest';
import { createActions } from './actions.ts';
import { beginning, type Draft } from './domain.ts';
import { createStore } from './store.ts';

const pollMs = 50;

/** The actions of a process whose wake-ups nobody hears. */
async function openActions(stack: AsyncDisposableStack) {
  const { env } = stack.use(await startTestServers(['mongodb', 'redis']));
  const mongo = stack.use(await openMongo(env.MONGODB_URL ?? '', 'test'));
  const redis = stack.adopt(await openRedis(env.REDIS_URL ?? ''), (client) => client.disconnect());
  const { listen } = stack.use(await openWakeups({ redis, channel: 'test', pollMs }));
  const wake = vi.fn();
  const policy = stack.use(await openPolicy(createLogger('test', 'silent')));
  const store = await createStore(mongo.db, { newId: createObjectIds(), now: () => new Date() });
  return { wake, actions: createActions({ store, policy, wakeups: { wake, listen } }) };
}

const draftFor = (userId: string, message: string): Draft => ({
  ...{ userId, type: 'follow', message, actorId: 'ann', eventId: crypto.randomUUID(), traceparent: '', action: null },
  ...{ tweetId: null, commentId: null, like: null, createdAt: new Date() },
});

test('a wake-up that is lost makes a notification late, and only those who got one are woken', async () => {
  await using stack = new AsyncDisposableStack();
  const { actions, wake } = await openActions(stack);
  const userId = crypto.randomUUID();
  const context = { ...testContext(), caller: { userId, sessionId: '', role: 'user' as const } };
  const gone = new AbortController();
  const stream = actions.watch(context, beginning, gone.signal);
  expect(await stream.next()).toMatchObject({ value: { cursor: beginning, notification: null } });
  const drafts = ['a', 'b'].map((message) => draftFor(userId, message));
  const next = stream.next();
  await actions.notify(drafts);
  expect(await next).toMatchObject({ value: { notification: { message: 'a' }, unreadCount: 2 } });
  expect(await stream.next()).toMatchObject({ value: { notification: { message: 'b' } } });
  expect(wake.mock.calls.flat(2)).toEqual([userId, userId]);
  await actions.notify(drafts);
  await actions.updatePreferences(context, { follow: false });
  await actions.notify([draftFor(userId, 'c')]);
  expect(wake.mock.calls.flat(2)).toEqual([userId, userId]);
  const last = stream.next();
  gone.abort();
  expect(await last).toEqual({ done: true, value: undefined });
});
