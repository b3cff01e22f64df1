import type { Prisma } from '@minitwitter/prisma/client';
import type { Role } from '@minitwitter/service-kit/context';
import { z } from 'zod';
import type { Account, NewSession } from './domain.ts';

/** What is selected of `users` to make an account. */
export const accountColumns = { id: true, email: true, username: true, role: true } as const;

const role = z.enum(['user', 'moderator', 'admin']) satisfies z.ZodType<Role>;

type AccountRow = { id: string; email: string; username: string; role: string };

/** The account of a row; the table's CHECK lets no other role in. */
export const toAccount = ({ id, email, username, role: name }: AccountRow): Account => ({
  id,
  email,
  username,
  role: role.parse(name),
});

/** Write a session, and its first refresh token into the history. */
export async function insertSession(
  tx: Pick<Prisma.TransactionClient, 'session'>,
  { id, account, refreshHash, userAgent, createdAt, expiresAt }: NewSession,
): Promise<void> {
  await tx.session.create({
    data: {
      id,
      userId: account.id,
      refreshHash,
      userAgent,
      createdAt,
      lastUsedAt: createdAt,
      expiresAt,
      refreshTokens: { create: { hash: refreshHash, createdAt } },
    },
  });
}
