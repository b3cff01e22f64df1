import type { LiveSession, SessionDirectory } from '@minitwitter/service-kit/sessions';
import { isLive, type Session } from './domain.ts';
import type { SessionStore } from './session-store.ts';

type LiveCopiesDeps = {
  store: Pick<SessionStore, 'listLive'>;
  directory: Pick<SessionDirectory, 'announce'>;
  now: () => Date;
};

/** More than a user has, even while some sign in at once. */
export const maxListedSessions = 400;
const maxRounds = 5;

/** What every process may know of a session. */
const toLive = ({ account, expiresAt }: Session): LiveSession => ({
  userId: account.id,
  role: account.role,
  expiresAt: expiresAt.getTime(),
});

/** Look up the live session of an id, by its record; null when it has ended. */
export function createLiveLookup({ store, now }: { store: Pick<SessionStore, 'find'>; now: () => Date }) {
  return async (sessionId: string): Promise<LiveSession | null> => {
    const session = await store.find(sessionId);
    return session && isLive(session, now()) ? toLive(session) : null;
  };
}

/**
 * Tells every process what has become of a user's sessions. The records may change while they are told, and a change
 * must not be overwritten by an older one (a session that ended must stay ended), so they are read again afterwards,
 * and told again, until they have not changed: whoever changes them later tells later.
 */
export function createLiveCopies({ store, directory, now }: LiveCopiesDeps) {
  return async (userId: string): Promise<void> => {
    let told: ReadonlyMap<string, LiveSession> = new Map();
    for (let round = 0; round < maxRounds; round++) {
      const sessions = await store.listLive(userId, now(), { take: maxListedSessions });
      const live = new Map(sessions.map((session) => [session.id, toLive(session)]));
      const changes = changesBetween(told, live);
      if (changes.size === 0) return;
      await directory.announce(changes);
      told = live;
    }
  };
}

function changesBetween(
  before: ReadonlyMap<string, LiveSession>,
  after: ReadonlyMap<string, LiveSession>,
): Map<string, LiveSession | null> {
  const changes = new Map<string, LiveSession | null>();
  for (const id of before.keys()) if (!after.has(id)) changes.set(id, null);
  for (const [id, session] of after) {
    const known = before.get(id);
    if (known?.role !== session.role || known.expiresAt !== session.expiresAt) changes.set(id, session);
  }
  return changes;
}
