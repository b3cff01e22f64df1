import fc from 'fast-check';
import { expect, test } from 'vitest';
import { address } from './domain.ts';

const user = fc.constantFrom('ann', 'ben', 'eve', 'kim');
const told = fc.array(fc.record({ userId: user, type: fc.constantFrom('comment', 'mention'), message: fc.string() }));

test('everyone but the actor is told, once, of what stands first for them', () => {
  fc.assert(
    fc.property(user, told, (actorId, all) => {
      const about = { eventId: 'event', createdAt: new Date(0), actorId, tweetId: null, commentId: null, action: null };
      const drafts = address(about, all);
      const concerned = new Set(all.map(({ userId }) => userId));
      concerned.delete(actorId);
      expect(drafts.map(({ userId }) => userId).sort()).toEqual([...concerned].sort());
      for (const draft of drafts) {
        expect(draft).toEqual({ ...about, ...all.find(({ userId }) => userId === draft.userId) });
      }
    }),
  );
});
