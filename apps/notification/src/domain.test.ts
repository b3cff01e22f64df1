import fc from 'fast-check';
import { expect, test } from 'vitest';
import { address, idAfter, likeMessage, onlyNew, onlyWanted, wantsAll, wishesOf } from './domain.ts';

const user = fc.constantFrom('ann', 'ben', 'eve', 'kim');
const type = fc.constantFrom('comment' as const, 'mention' as const);
const told = fc.array(fc.record({ userId: user, type, message: fc.string() }));
const about = {
  ...{ eventId: 'event', traceparent: '', createdAt: new Date(0), actorId: 'ann' },
  ...{ tweetId: null, commentId: null, action: null, like: null },
};

test('everyone but the actor is told, once, of what stands first for them', () => {
  fc.assert(
    fc.property(user, told, (actorId, all) => {
      const drafts = onlyNew(address({ ...about, actorId }, all), []);
      const concerned = new Set(all.map(({ userId }) => userId));
      concerned.delete(actorId);
      expect(drafts.map(({ userId }) => userId).sort()).toEqual([...concerned].sort());
      for (const draft of drafts) {
        expect(draft).toEqual({ ...about, actorId, ...all.find(({ userId }) => userId === draft.userId) });
      }
    }),
  );
});

test('an event tells a user once, and an action is told once, whatever event told it', () => {
  const draft = { ...about, userId: 'ben', type: 'like' as const, message: '' };
  const liked = { ...draft, action: 'like:ann:tweet:1' };
  expect(onlyNew([draft, draft, { ...draft, eventId: 'other' }], [])).toHaveLength(2);
  expect(onlyNew([liked, { ...liked, eventId: 'other' }], [])).toEqual([liked]);
  expect(onlyNew([draft], [{ ...draft, userId: 'eve' }])).toEqual([draft]);
  expect(onlyNew([draft], [draft])).toEqual([]);
  expect(onlyNew([liked], [{ ...liked, eventId: 'other' }])).toEqual([]);
});

test('a user gets what they want, and all if they never said', () => {
  const drafts = address(about, [
    { userId: 'ben', type: 'comment', message: '' },
    { userId: 'ben', type: 'mention', message: '' },
    { userId: 'eve', type: 'comment', message: '' },
  ]);
  const preferences = new Map([['ben', { ...wantsAll, comment: false }]]);
  expect(onlyWanted(drafts, preferences)).toEqual(drafts.slice(1));
});

test('a change of preferences holds only what is said', () => {
  const change = { like: false, comment: null, follow: undefined, mention: true };
  expect(wishesOf(change)).toEqual({ like: false, mention: true });
});

test.each([
  [null, 0, 'bob liked your tweet'],
  [null, 1, 'bob and 1 other liked your tweet'],
  ['c', 2, 'bob and 2 others liked your comment'],
])('a like of (comment %s) with %i unread others says: %s', (commentId, others, message) => {
  expect(likeMessage('bob', commentId, others)).toBe(message);
});

test('an id follows the newest one, whatever the clocks of their makers say', () => {
  const id = fc.stringMatching(/^[0-7][0-9a-f]{23}$/);
  fc.assert(
    fc.property(id, id, (newest, fresh) => {
      const next = idAfter(newest, fresh);
      expect(next > newest).toBe(true);
      expect(next).toMatch(/^[0-9a-f]{24}$/);
      expect(next.slice(8)).toBe(fresh.slice(8));
      if (fresh > newest) expect(next).toBe(fresh);
    }),
  );
});
