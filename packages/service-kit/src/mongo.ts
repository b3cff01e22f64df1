import { type Db, MongoClient, MongoServerError } from 'mongodb';
import { StartError } from './lifecycle.ts';
import { retry } from './retry.ts';

export type Mongo = { db: Db; ping: () => Promise<void>; [Symbol.asyncDispose]: () => Promise<void> };

/**
 * Open MongoDB with bounds on everything: 20 connections, 2 s to find a server, 5 s for an answer. A server that is not
 * up yet is waited for, about half a minute; then a StartError says so.
 */
export async function openMongo(url: string, appName: string): Promise<Mongo> {
  const client = new MongoClient(url, {
    appName,
    maxPoolSize: 20,
    serverSelectionTimeoutMS: 2000,
    connectTimeoutMS: 2000,
    socketTimeoutMS: 5000,
    ignoreUndefined: true,
  });
  await retry(() => client.connect(), { attempts: 10, baseMs: 200, maxMs: 2000 }).catch((error: unknown) => {
    throw new StartError(`MongoDB (MONGODB_URL) does not answer: ${error}`);
  });
  const db = client.db(new URL(url).pathname.slice(1) || 'minitwitter');
  return {
    db,
    ping: async () => void (await db.command({ ping: 1 })),
    [Symbol.asyncDispose]: () => client.close(),
  };
}

/** Whether an error is a violated unique index (code 11000). */
export const isDuplicateKey = (error: unknown): boolean => error instanceof MongoServerError && error.code === 11_000;
