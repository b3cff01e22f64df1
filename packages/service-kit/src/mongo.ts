import { type Db, MongoClient, MongoServerError } from 'mongodb';

export type Mongo = { db: Db; ping: () => Promise<void>; [Symbol.asyncDispose]: () => Promise<void> };

/** Open MongoDB with bounds on everything: 20 connections, 2 s to find a server, 5 s for an answer. */
export async function openMongo(url: string, appName: string): Promise<Mongo> {
  const client = new MongoClient(url, {
    appName,
    maxPoolSize: 20,
    serverSelectionTimeoutMS: 2000,
    connectTimeoutMS: 2000,
    socketTimeoutMS: 5000,
    ignoreUndefined: true,
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
