import { type RequestContext, remainingMs } from '@minitwitter/service-kit/context';
import { invalidField, unauthenticated } from '@minitwitter/service-kit/errors';
import type { AccountStore, Identifier } from './account-store.ts';
import { type Account, keyOf } from './domain.ts';
import type { Lockout } from './lockout.ts';
import type { Passwords } from './passwords.ts';
import { isEmail, isUsername } from './registration.ts';
import type { Slots } from './slots.ts';

export type SignInInput = {
  email?: string | null | undefined;
  username?: string | null | undefined;
  password: string;
};

type SignInDeps = {
  accounts: Pick<AccountStore, 'findCredentials' | 'replaceHash'>;
  passwords: Passwords;
  lockout: Lockout;
  slots: Slots;
};

/**
 * Check a password. Whether the account exists shows neither in the answer nor in its time. The lock is looked at within
 * the slot, so that many guesses at once get no further than a few beyond it.
 */
export function createSignIn({ accounts, passwords, lockout, slots }: SignInDeps) {
  return async (context: RequestContext, input: SignInInput): Promise<Account> => {
    const { by, value } = parseIdentifier(input);
    const { password } = input;
    if (password === '') throw invalidField('password', 'must not be empty');
    const attempt = { identifier: `${by}:${keyOf(value)}`, clientIp: context.clientIp };
    const isPossible = by === 'email' ? isEmail(value) : isUsername(value);

    return slots(async () => {
      remainingMs(context);
      await lockout.refuseLocked(attempt);
      const found = isPossible ? await accounts.findCredentials({ by, value }) : null;
      if (!(await passwords.verify(password, found?.passwordHash)) || !found) {
        await lockout.failed(attempt);
        throw unauthenticated('The account or the password is wrong.');
      }
      await lockout.succeeded(attempt);
      const { account, passwordHash } = found;
      if (passwords.isOutdated(passwordHash)) {
        await accounts.replaceHash(account.id, passwordHash, await passwords.hash(password));
      }
      return account;
    });
  };
}

/** Exactly one of email and username. */
function parseIdentifier({ email, username }: SignInInput): Identifier {
  if (email && !username) return { by: 'email', value: email };
  if (username && !email) return { by: 'username', value: username };
  throw invalidField('username', email ? 'cannot be combined with email' : 'or email must be given');
}
