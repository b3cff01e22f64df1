import { type RequestContext, type Role, remainingMs, requireCaller } from '@minitwitter/service-kit/context';
import { invalidField, unauthenticated } from '@minitwitter/service-kit/errors';
import { toOutboxEntry } from '@minitwitter/service-kit/events';
import { parseBatch, parseUuid } from '@minitwitter/service-kit/ids';
import type { Policy } from '@minitwitter/service-kit/policy';
import type { LiveSession } from '@minitwitter/service-kit/sessions';
import type { AccountStore } from './account-store.ts';
import type { Account, Session, SessionTokens } from './domain.ts';
import type { KeyRing } from './keys.ts';
import type { Passwords } from './passwords.ts';
import { parseRegistration, type RegistrationInput } from './registration.ts';
import type { SetRole } from './roles.ts';
import type { Sessions } from './sessions.ts';
import type { SignInInput } from './sign-in.ts';
import type { Slots } from './slots.ts';

export type ActionDeps = {
  accounts: AccountStore;
  sessions: Sessions;
  keys: Pick<KeyRing, 'keySet'>;
  passwords: Pick<Passwords, 'hash'>;
  slots: Slots;
  signIn: (context: RequestContext, input: SignInInput) => Promise<Account>;
  refresh: (refreshToken: string) => Promise<SessionTokens>;
  setRole: SetRole;
  policy: Policy;
  wakeRelay: () => void;
  findLive: (sessionId: string) => Promise<LiveSession | null>;
  newId: () => string;
};

/** A session as its owner sees it; `current` is the one that the request belongs to. */
export type ListedSession = Session & { current: boolean };

/** The use cases of accounts and sessions; both doors call these. */
export function createActions(deps: ActionDeps) {
  const { accounts, sessions, keys, passwords, slots, signIn, refresh, setRole, policy, wakeRelay, findLive, newId } =
    deps;

  return {
    register: async (context: RequestContext, input: RegistrationInput): Promise<SessionTokens> => {
      const registration = parseRegistration(input);
      const { email, username, password } = registration;
      await accounts.refuseTaken(registration);
      const passwordHash = await slots(async () => {
        remainingMs(context);
        return passwords.hash(password);
      });
      const account: Account = { id: newId(), email, username, role: 'user' };
      const { session, tokens } = await sessions.prepare(account, context.userAgent);
      const event = toOutboxEntry('userRegistered', { userId: account.id, username }, context, session.createdAt);
      await accounts.insert(account, registration, passwordHash, session, [event]);
      wakeRelay();
      return tokens;
    },
    login: async (context: RequestContext, input: SignInInput): Promise<SessionTokens> =>
      sessions.begin(await signIn(context, input), context.userAgent),
    refresh: async (refreshToken: string): Promise<SessionTokens> => {
      if (refreshToken === '') throw invalidField('refreshToken', 'must not be empty');
      return refresh(refreshToken);
    },
    /** End the session of a refresh token, which must be the caller's if there is one, or else the caller's session. */
    logout: async (context: RequestContext, refreshToken: string | null | undefined): Promise<void> => {
      if (refreshToken == null) {
        const caller = requireCaller(context);
        policy.authorize(caller, 'session:end', caller.userId);
        return sessions.end([caller.sessionId], 'logout');
      }
      if (refreshToken === '') throw invalidField('refreshToken', 'must not be empty');
      const session = await sessions.findByToken(refreshToken);
      if (!session || (context.caller && !policy.can(context.caller, 'session:end', session.account.id))) {
        throw unauthenticated('The refresh token is not valid.');
      }
      await sessions.end([session.id], 'logout');
    },
    /** End all of the caller's sessions; answers how many. */
    logoutEverywhere: async (context: RequestContext): Promise<number> => {
      const caller = requireCaller(context);
      policy.authorize(caller, 'session:end', caller.userId);
      return sessions.endAll(caller.userId);
    },
    listSessions: async (context: RequestContext): Promise<ListedSession[]> => {
      const caller = requireCaller(context);
      policy.authorize(caller, 'session:read', caller.userId);
      const listed = await sessions.list(caller.userId);
      return listed.map((session) => ({ ...session, current: session.id === caller.sessionId }));
    },
    assignRole: async (context: RequestContext, input: { userId: string; role: Role }): Promise<{ userId: string }> => {
      const caller = requireCaller(context);
      const userId = parseUuid(input.userId, 'userId');
      policy.authorize(caller, 'role:assign', userId);
      await setRole(userId, input.role, context);
      wakeRelay();
      return { userId };
    },
    /** The live session of an id, by its record; null when it has ended. */
    findLive: (sessionId: string): Promise<LiveSession | null> => findLive(parseUuid(sessionId, 'sessionId')),
    keySet: keys.keySet,
    getAccounts: (ids: readonly string[]): Promise<Account[]> => accounts.findMany(parseBatch(ids, parseUuid)),
    /** Whether the request may see this of an account. */
    mayRead: ({ caller }: RequestContext, field: 'email' | 'role', userId: string): boolean =>
      caller !== null && policy.can(caller, `${field}:read`, userId),
  };
}

export type Actions = ReturnType<typeof createActions>;
