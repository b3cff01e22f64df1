import type { Role } from '@minitwitter/service-kit/context';
import type { LiveSession } from '@minitwitter/service-kit/sessions';
import { expect, test } from 'vitest';
import type { Session } from './domain.ts';
import { createLiveCopies } from './live-copies.ts';

const now = new Date(0);
const session = (id: string, role: Role): Session => ({
  id,
  account: { id: 'user', email: 'a@example.org', username: 'ada', role },
  ...{ refreshHash: '', generation: 0, userAgent: null },
  ...{ createdAt: now, lastUsedAt: now, expiresAt: new Date(1000), revokedAt: null },
});

/** Tell of the sessions while `duringFirst` changes their records; answers with what the others know in the end. */
async function tell(records: Map<string, Session>, duringFirst: () => void) {
  const known = new Map<string, LiveSession | null>();
  let rounds = 0;
  const tellLiveCopies = createLiveCopies({
    store: { listLive: async () => [...records.values()] },
    directory: {
      announce: async (changes) => {
        rounds += 1;
        if (rounds === 1) duringFirst();
        for (const [id, live] of changes) known.set(id, live);
      },
    },
    now: () => now,
  });
  await tellLiveCopies('user');
  return { known, rounds };
}

test('every live session is told once when nothing changes meanwhile', async () => {
  const records = new Map([['a', session('a', 'admin')]]);
  const { known, rounds } = await tell(records, () => undefined);
  expect(known).toEqual(new Map([['a', { userId: 'user', role: 'admin', expiresAt: 1000 }]]));
  expect(rounds).toBe(1);
});

test('a session that ends while it is told of stays ended', async () => {
  const records = new Map([
    ['a', session('a', 'user')],
    ['b', session('b', 'user')],
  ]);
  const { known } = await tell(records, () => records.delete('a'));
  expect(known.get('a')).toBeNull();
  expect(known.get('b')).toMatchObject({ role: 'user' });
});

test('of two changes of a role the later one is what others know', async () => {
  const records = new Map([['a', session('a', 'admin')]]);
  const { known } = await tell(records, () => records.set('a', session('a', 'user')));
  expect(known.get('a')).toMatchObject({ role: 'user' });
});
