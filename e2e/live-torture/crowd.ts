import { retry } from '@minitwitter/service-kit/retry';
import { createRandom, pick, type Random } from '../support/random.ts';
import type { Rest, Session } from '../support/rest.ts';
import type { Client } from './clients/client.ts';
import { watchByEvents } from './clients/event-stream.ts';
import { beginning, createDiary } from './clients/record.ts';
import { watchBySocket } from './clients/socket.ts';
import { readStored } from './stored.ts';

type CrowdOptions = { users: readonly Session[]; urls: readonly string[]; seed: string };

const retries = { attempts: 20, baseMs: 100, maxMs: 2000 };

const kinds = [
  { kind: 'socket', watch: watchBySocket },
  { kind: 'stream', watch: watchByEvents },
] as const;

/** The clients of all users: one to three each, on whichever edge, and each time on another. */
export function createCrowd({ users, urls, seed }: CrowdOptions) {
  const clients: Client[] = [];

  function join(user: Session, kind: (typeof kinds)[number], after: string): void {
    const name = `${user.username}'s ${kind.kind} ${clients.length}`;
    const random = createRandom(`${seed} ${clients.length}`);
    const url = () => pick(urls, random) ?? '';
    clients.push(
      kind.watch({ url, random, token: () => user.token, diary: createDiary({ name, after, userId: user.id }) }),
    );
  }

  for (const [index, user] of users.entries()) {
    join(user, kinds[0], beginning);
    if (index % 3 > 0) join(user, kinds[1], beginning);
  }
  return {
    clients: (): readonly Client[] => clients,
    deliveries: () => clients.reduce((sum, { record }) => sum + record.seen.length, 0),
    /** Every third user connects one more client, which has seen what there is. */
    joinLate: async (rest: () => Rest, random: Random): Promise<void> => {
      const late = users.filter((_, index) => index % 3 === 2);
      await Promise.all(
        late.map(async (user) => {
          const [newest] = await retry(() => readStored(rest(), user), retries);
          join(user, pick(kinds, random) ?? kinds[0], newest?.id ?? beginning);
        }),
      );
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(clients.map((client) => client[Symbol.asyncDispose]()));
    },
  };
}
