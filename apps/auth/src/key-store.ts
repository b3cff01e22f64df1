import { Prisma, type PrismaClient } from '@minitwitter/prisma/client';
import { type SigningKey, signingKey } from './signing-key.ts';

/** The signing keys in PostgreSQL; whoever can read that table can sign as us. */
export function createKeyStore(prisma: PrismaClient) {
  async function list(tx: Pick<Prisma.TransactionClient, 'signingKey'>, now: Date): Promise<SigningKey[]> {
    const rows = await tx.signingKey.findMany({ where: { notAfter: { gt: now } }, orderBy: { retiresAt: 'asc' } });
    return rows.map((row) => signingKey.parse(row));
  }

  return {
    /** The keys that still verify, the one that retires next first. */
    list: (now: Date) => list(prisma, now),
    /** Add the key that `make` makes of the present ones, if any, alone among replicas; answers with all keys. */
    add: (now: Date, make: (present: readonly SigningKey[]) => Promise<SigningKey | null>): Promise<SigningKey[]> =>
      prisma.$transaction(async (tx) => {
        await tx.$executeRaw(Prisma.sql`SELECT pg_advisory_xact_lock(hashtext('auth:signing_keys'))`);
        const present = await list(tx, now);
        const made = await make(present);
        if (!made) return present;
        await tx.signingKey.create({ data: { ...made, createdAt: now } });
        await tx.signingKey.deleteMany({ where: { notAfter: { lte: now } } });
        return [...present, made];
      }),
  };
}

export type KeyStore = ReturnType<typeof createKeyStore>;
