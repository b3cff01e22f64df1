import { Prisma, type PrismaClient } from '@minitwitter/prisma/client';
import type { Role } from '@minitwitter/service-kit/context';
import { DomainError, type Violation } from '@minitwitter/service-kit/errors';
import type { OutboxEntry } from '@minitwitter/service-kit/events';
import { addToOutbox } from '@minitwitter/service-kit/outbox-postgres';
import { type Account, type Credentials, keyOf, type NewSession, type Registration } from './domain.ts';
import { accountColumns, insertSession, toAccount } from './rows.ts';

const producer = 'auth';

/** How an account is named at sign-in. */
export type Identifier = { by: 'email' | 'username'; value: string };

/** The accounts in PostgreSQL. */
export function createAccountStore(prisma: PrismaClient) {
  /** ALREADY_EXISTS names each of the two that another account has. */
  async function refuseTaken({ email, username }: Pick<Account, 'email' | 'username'>): Promise<void> {
    const keys = { emailKey: keyOf(email), usernameKey: keyOf(username) };
    const rows = await prisma.user.findMany({
      where: { OR: [{ emailKey: keys.emailKey }, { usernameKey: keys.usernameKey }] },
      select: { emailKey: true, usernameKey: true },
    });
    const taken = (['email', 'username'] as const).filter((field) =>
      rows.some((row) => row[`${field}Key`] === keys[`${field}Key`]),
    );
    if (taken.length > 0) throw alreadyTaken(taken);
  }

  return {
    refuseTaken,
    /** Insert an account with its first session and event; ALREADY_EXISTS names the field that another one has. */
    insert: async (
      account: Account,
      { firstName, lastName, bio }: Registration,
      passwordHash: string,
      session: NewSession,
      events: readonly OutboxEntry[],
    ): Promise<void> => {
      const { email, username } = account;
      const times = { createdAt: session.createdAt, updatedAt: session.createdAt };
      const keys = { emailKey: keyOf(email), usernameKey: keyOf(username) };
      try {
        await prisma.$transaction(async (tx) => {
          await tx.user.create({ data: { ...account, ...keys, passwordHash, firstName, lastName, bio, ...times } });
          await insertSession(tx, session);
          await addToOutbox(tx, producer, events);
        });
      } catch (error) {
        if (!isUniqueViolation(error)) throw error;
        await refuseTaken(account);
        // An email never changes, so what has become free since is a username that was changed.
        throw alreadyTaken(['username']);
      }
    },
    findCredentials: async ({ by, value }: Identifier): Promise<Credentials | null> => {
      const key = keyOf(value);
      const row = await prisma.user.findUnique({
        where: by === 'email' ? { emailKey: key } : { usernameKey: key },
        select: { ...accountColumns, passwordHash: true },
      });
      return row && { account: toAccount(row), passwordHash: row.passwordHash };
    },
    findMany: async (ids: readonly string[]): Promise<Account[]> => {
      const rows = await prisma.user.findMany({ where: { id: { in: [...ids] } }, select: accountColumns });
      return rows.map(toAccount);
    },
    /** Put a new hash in place of an old one of the same password, unless the password was changed meanwhile. */
    replaceHash: async (id: string, oldHash: string, newHash: string): Promise<void> => {
      await prisma.user.updateMany({ where: { id, passwordHash: oldHash }, data: { passwordHash: newHash } });
    },
    /**
     * Set a role with its event; false for an unknown user. Assignments take turns, so that of two admins who demote
     * each other at once one is the last and stays: FAILED_PRECONDITION.
     */
    setRole: (id: string, role: Role, events: readonly OutboxEntry[]): Promise<boolean> =>
      prisma.$transaction(async (tx) => {
        await tx.$executeRaw(Prisma.sql`SELECT pg_advisory_xact_lock(hashtext('auth:roles'))`);
        const user = await tx.user.findUnique({ where: { id }, select: { role: true } });
        if (!user || user.role === role) return user !== null;
        if (user.role === 'admin' && !(await tx.user.findFirst({ where: { role: 'admin', id: { not: id } } }))) {
          throw new DomainError('FAILED_PRECONDITION', 'The last admin must stay one.');
        }
        await tx.user.update({ where: { id }, data: { role } });
        await addToOutbox(tx, producer, events);
        return true;
      }),
  };
}

export type AccountStore = ReturnType<typeof createAccountStore>;

const isUniqueViolation = (error: unknown): boolean =>
  error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002';

function alreadyTaken(fields: readonly ('email' | 'username')[]): DomainError {
  const violations: Violation[] = fields.map((field) => ({ field, detail: 'is already taken' }));
  return new DomainError('ALREADY_EXISTS', `Already taken: ${fields.join(' and ')}.`, { violations });
}
