import type { UserServiceServer } from '@minitwitter/proto/user/v1/user';
import type { RequestContext } from '@minitwitter/service-kit/context';
import type { Rpc } from '@minitwitter/service-kit/rpc';
import type { Directory } from './domain.ts';

type Users = Pick<Rpc<UserServiceServer>, 'batchGetUsers' | 'batchGetUsersByUsername'>;

const maxBatch = 1000;

/** Ask the user service who the given ids and usernames (in lower case) are, each once; the unknown are left out. */
export async function readDirectory(
  users: Users,
  { ids, names }: { ids: readonly string[]; names: readonly string[] },
  context: RequestContext,
): Promise<Directory> {
  const [byId, byName] = await Promise.all([
    inBatches(ids, (batch) => users.batchGetUsers({ ids: batch }, context)),
    inBatches(names, (batch) => users.batchGetUsersByUsername({ usernames: batch }, context)),
  ]);
  return {
    usernames: new Map(byId.map(({ id, username }) => [id, username])),
    userIds: new Map(byName.map(({ id, username }) => [username.toLowerCase(), id])),
  };
}

async function inBatches<T>(
  values: readonly string[],
  read: (batch: string[]) => Promise<{ users: T[] }>,
): Promise<T[]> {
  const unique = [...new Set(values)];
  const found: T[] = [];
  for (let at = 0; at < unique.length; at += maxBatch) {
    found.push(...(await read(unique.slice(at, at + maxBatch))).users);
  }
  return found;
}
