import type { Role } from '@minitwitter/service-kit/context';

/** Who may sign in; the id is a UUID. */
export type Account = { id: string; email: string; username: string; role: Role };

/** An account with the Argon2 hash (PHC string) of its password. */
export type Credentials = { account: Account; passwordHash: string };

/** A checked registration: email and username as typed, the rest trimmed and null where it is empty. */
export type Registration = {
  email: string;
  username: string;
  password: string;
  firstName: string | null;
  lastName: string | null;
  bio: string | null;
};

/** One family of refresh tokens. Hashes are SHA-256 in base64url. */
export type Session = {
  id: string;
  account: Account;
  refreshHash: string;
  generation: number;
  userAgent: string | null;
  createdAt: Date;
  lastUsedAt: Date;
  expiresAt: Date;
  revokedAt: Date | null;
};

export type NewSession = Pick<Session, 'id' | 'account' | 'refreshHash' | 'userAgent' | 'createdAt' | 'expiresAt'>;

/** Why a session was ended before its time. */
export type RevocationReason = 'logout' | 'logout_everywhere' | 'reuse' | 'too_many';

/** The tokens of a session; `expiresIn` is in seconds. */
export type SessionTokens = {
  account: Account;
  sessionId: string;
  accessToken: string;
  refreshToken: string;
  expiresIn: number;
};

export const isLive = ({ revokedAt, expiresAt }: Pick<Session, 'revokedAt' | 'expiresAt'>, now: Date): boolean =>
  revokedAt === null && expiresAt > now;

/** Emails and usernames are unique without regard to case: this is what is compared. */
export const keyOf = (emailOrUsername: string): string => emailOrUsername.normalize('NFC').toLowerCase();
