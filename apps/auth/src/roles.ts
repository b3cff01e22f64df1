import type { Role } from '@minitwitter/service-kit/context';
import { notFound } from '@minitwitter/service-kit/errors';
import { type EventCause, toOutboxEntry } from '@minitwitter/service-kit/events';
import type { AccountStore } from './account-store.ts';

type RoleDeps = {
  accounts: Pick<AccountStore, 'setRole'>;
  /** Tell every process of a user's sessions as they are now. */
  tellLiveCopies: (userId: string) => Promise<void>;
  now: () => Date;
};

/** Set a user's role, effective at once in all their sessions; NOT_FOUND for an unknown user. */
export function createRoleSetter({ accounts, tellLiveCopies, now }: RoleDeps) {
  return async (userId: string, role: Role, cause: EventCause): Promise<void> => {
    const event = toOutboxEntry('roleAssigned', { userId, role }, cause, now());
    if (!(await accounts.setRole(userId, role, [event]))) throw notFound('user');
    await tellLiveCopies(userId);
  };
}

export type SetRole = ReturnType<typeof createRoleSetter>;
