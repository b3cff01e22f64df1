import { unauthenticated } from '@minitwitter/service-kit/errors';
import { isLive, type Session, type SessionTokens } from './domain.ts';
import {
  createRefreshToken,
  openSuccessor,
  type RefreshToken,
  readRefreshToken,
  sealSuccessor,
} from './refresh-tokens.ts';
import type { Sessions, SessionsDeps } from './sessions.ts';

type RefreshDeps = Omit<SessionsDeps, 'directory' | 'newId'> & {
  end: Sessions['end'];
  /** Tell every process of a user's sessions as they are now. */
  tellLiveCopies: (userId: string) => Promise<void>;
  /** How long a client that lost the answer may ask for it again. */
  graceMs: number;
};

const maxRounds = 3;
const pruneEvery = 100;

/**
 * Rotate a refresh token (RFC 9700, 4.14.2). Of concurrent uses one wins, and all others within the grace window of that
 * token get its very answer, whatever has become of the successor. Any use after that ends the session: the token was
 * stolen, from its holder or by them.
 */
export function createRefresh(deps: RefreshDeps) {
  const { store, issueAccessToken, now, randomBytes, ttlMs, graceMs, end, tellLiveCopies } = deps;

  return async (text: string): Promise<SessionTokens> => {
    const token = readRefreshToken(text);
    if (!token) throw refused();
    for (let round = 0; round < maxRounds; round++) {
      const session = await store.find(token.sessionId);
      if (!session || !isLive(session, now())) throw refused();
      if (session.refreshHash !== token.hash) return repeat(token, session);
      const tokens = await rotate(token, session);
      if (tokens) return tokens;
    }
    throw refused();
  };

  /** Null when another use of the token was faster. */
  async function rotate(token: RefreshToken, session: Session): Promise<SessionTokens | null> {
    const { id: sessionId, account } = session;
    const next = createRefreshToken(sessionId, randomBytes);
    const access = await issueAccessToken(account, sessionId);
    const answer = { refreshToken: next.text, accessToken: access.text, accessExpiresAt: access.expiresAt };
    const time = now();
    const won = await store.rotate({
      sessionId,
      oldHash: token.hash,
      newHash: next.hash,
      successor: sealSuccessor(token, answer, randomBytes),
      now: time,
      expiresAt: new Date(time.getTime() + ttlMs),
    });
    if (!won) return null;
    const left = session.expiresAt.getTime() - time.getTime();
    // The copies that others hold say when the session ends; they need not hear of it at every rotation.
    if (left < ttlMs / 2) await tellLiveCopies(account.id);
    if (session.generation % pruneEvery === pruneEvery - 1) {
      await store.forgetTokens(sessionId, new Date(time.getTime() - ttlMs - graceMs));
    }
    return toTokens(session, answer);
  }

  /** A token that is no longer the current one: answer again within the grace window, else end the session. */
  async function repeat(token: RefreshToken, session: Session): Promise<SessionTokens> {
    const fate = await store.findToken(token);
    if (!fate) throw refused();
    const { rotatedAt, successor } = fate;
    if (rotatedAt && successor && now().getTime() - rotatedAt.getTime() <= graceMs) {
      return toTokens(session, openSuccessor(token, successor));
    }
    await end([session.id], 'reuse');
    throw refused();
  }

  function toTokens({ account, id }: Session, answer: ReturnType<typeof openSuccessor>): SessionTokens {
    const { accessToken, refreshToken, accessExpiresAt } = answer;
    const expiresIn = Math.max(0, accessExpiresAt - Math.floor(now().getTime() / 1000));
    return { account, sessionId: id, accessToken, refreshToken, expiresIn };
  }
}

const refused = () => unauthenticated('The refresh token is not valid or has expired.');
