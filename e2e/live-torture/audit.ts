import type { Client } from './clients/client.ts';
import { judge, type Kill } from './judge.ts';
import { readStored } from './stored.ts';
import { compare, readTruth, type World } from './truth.ts';

/** Compare the notifications of all users with what happened, and what their clients saw with the notifications. */
export async function audit(world: World, clients: readonly Client[], kills: readonly Kill[]) {
  const wrong: string[] = [];
  let notifications = 0;
  const truth = await readTruth(world);
  for (const user of world.users) {
    const stored = await readStored(world.rest, user);
    notifications += stored.length;
    wrong.push(...compare(user, stored, truth.get(user.id) ?? new Set()));
    const own = clients.filter(({ record }) => record.userId === user.id);
    wrong.push(...own.flatMap(({ record }) => judge(record, stored, kills)));
  }
  return { wrong, notifications };
}
