import { createPrisma, type PrismaClient } from '@minitwitter/prisma/client';

/** PostgreSQL through Prisma, disconnected when the stack is disposed of. */
export const openPrisma = (url: string, service: string, stack: AsyncDisposableStack): PrismaClient =>
  stack.adopt(createPrisma(url, { applicationName: service }), (client) => client.$disconnect());
