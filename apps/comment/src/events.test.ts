import { TargetType } from '@minitwitter/proto/like/v1/like';
import { createSystemContext } from '@minitwitter/service-kit/context-factory';
import { createLogger } from '@minitwitter/service-kit/logger';
import { expect, test, vi } from 'vitest';
import { createEventTable } from './events.ts';

const log = createLogger('test', 'silent');

function given() {
  const actions = { deleteByTweet: vi.fn(async () => undefined), setLikesCounts: vi.fn(async () => undefined) };
  const batchGetCounts = vi.fn(async ({ targetIds }: { targetIds: string[] }) => ({
    counts: Object.fromEntries(targetIds.map((id) => [id, 7])),
  }));
  const table = createEventTable({ actions, likes: { batchGetCounts }, createContext: () => createSystemContext(log) });
  return { actions, batchGetCounts, table };
}

const liked = (targetType: TargetType, targetId: string) => ({
  ...{ eventId: 'event', occurredAt: new Date(0), requestId: 'request', traceparent: '' },
  data: { targetType, targetId, targetAuthorId: 'author', tweetId: 'tweet', userId: 'user' },
});

test('a run of likes asks for the count of each comment once, and sets what it is told', async () => {
  const { actions, batchGetCounts, table } = given();
  await table.liked?.(['a', 'b', 'a'].map((id) => liked(TargetType.COMMENT, id)));
  expect(batchGetCounts.mock.calls.map(([request]) => request)).toEqual([
    { targetType: TargetType.COMMENT, targetIds: ['a', 'b'] },
  ]);
  expect(actions.setLikesCounts).toHaveBeenCalledExactlyOnceWith(new Map([...'ab'].map((id) => [id, 7])));
});

test('likes of tweets ask nobody', async () => {
  const { actions, batchGetCounts, table } = given();
  await table.liked?.([liked(TargetType.TWEET, 'a')]);
  expect(batchGetCounts).not.toHaveBeenCalled();
  expect(actions.setLikesCounts).not.toHaveBeenCalled();
});
