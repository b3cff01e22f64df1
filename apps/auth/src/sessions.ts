import type { SessionDirectory } from '@minitwitter/service-kit/sessions';
import type { IssueAccessToken } from './access-tokens.ts';
import type { Account, NewSession, RevocationReason, Session, SessionTokens } from './domain.ts';
import { maxListedSessions } from './live-copies.ts';
import { createRefreshToken, type RandomBytes, readRefreshToken } from './refresh-tokens.ts';
import type { SessionStore } from './session-store.ts';

export type SessionsDeps = {
  store: SessionStore;
  directory: Pick<SessionDirectory, 'announce'>;
  issueAccessToken: IssueAccessToken;
  now: () => Date;
  newId: () => string;
  randomBytes: RandomBytes;
  /** How long a session lives without being used. */
  ttlMs: number;
};

const maxLiveSessions = 200;

/** The beginning and the end of sessions. */
export function createSessions({ store, directory, issueAccessToken, now, newId, randomBytes, ttlMs }: SessionsDeps) {
  /** A session that is yet to be stored, and what its owner is told; `userAgent` is what the client calls itself. */
  async function prepare(
    account: Account,
    userAgent: string | undefined,
  ): Promise<{ session: NewSession; tokens: SessionTokens }> {
    const createdAt = now();
    const expiresAt = new Date(createdAt.getTime() + ttlMs);
    const refreshToken = createRefreshToken(newId(), randomBytes);
    const { sessionId, hash: refreshHash } = refreshToken;
    const accessToken = await issueAccessToken(account, sessionId);
    return {
      session: { id: sessionId, account, refreshHash, userAgent: userAgent ?? null, createdAt, expiresAt },
      tokens: {
        account,
        sessionId,
        accessToken: accessToken.text,
        refreshToken: refreshToken.text,
        expiresIn: accessToken.expiresAt - Math.floor(createdAt.getTime() / 1000),
      },
    };
  }

  /** The record first, then the live copies: also of what had ended already, for that may not have been told. */
  async function end(ids: readonly string[], reason: RevocationReason): Promise<void> {
    if (ids.length === 0) return;
    await store.revoke(ids, reason, now());
    await directory.announce(new Map(ids.map((id) => [id, null])));
  }

  /** End the user's live sessions but for the newest few; answers how many. */
  async function endAllBut(kept: number, userId: string, reason: RevocationReason): Promise<number> {
    let ended = 0;
    for (;;) {
      const surplus = await store.listLive(userId, now(), { take: maxListedSessions, skip: kept });
      if (surplus.length === 0) return ended;
      const ids = surplus.map(({ id }) => id);
      await end(ids, reason);
      ended += ids.length;
    }
  }

  return {
    prepare,
    /** Begin a session; the user's oldest ends when they have too many. */
    begin: async (account: Account, userAgent: string | undefined): Promise<SessionTokens> => {
      const { session, tokens } = await prepare(account, userAgent);
      await store.insert(session);
      await endAllBut(maxLiveSessions, account.id, 'too_many');
      return tokens;
    },
    end,
    endAll: (userId: string): Promise<number> => endAllBut(0, userId, 'logout_everywhere'),
    /** The session that a refresh token belongs or belonged to, ended or not. */
    findByToken: async (text: string): Promise<Session | null> => {
      const token = readRefreshToken(text);
      if (!token || !(await store.findToken(token))) return null;
      return store.find(token.sessionId);
    },
    list: (userId: string): Promise<Session[]> => store.listLive(userId, now(), { take: maxLiveSessions }),
  };
}

export type Sessions = ReturnType<typeof createSessions>;
