import type { Need } from '@minitwitter/embedded/provide';
import { createPrisma } from '@minitwitter/prisma/client';
import { Redis } from 'ioredis';
import { Kafka, logLevel } from 'kafkajs';
import { MongoClient } from 'mongodb';
import type { Environment } from './config.ts';

/** A test's own part of a server that others use too: `url` names it, and `drop` removes it with all that is in it. */
type Part = { url: string; drop: () => Promise<void> };

/** How a part of that name is made on the server of a URL, or found there again. */
type OpenPart = (url: string, name: string) => Promise<Part>;

async function openDatabase(url: string, name: string): Promise<Part> {
  const run = async (statement: string) => {
    const server = createPrisma(url);
    try {
      await server.$executeRawUnsafe(statement);
    } finally {
      await server.$disconnect();
    }
  };
  const own = new URL(url);
  own.pathname = `/${name}`;
  await run(`CREATE DATABASE "${name}"`).catch((error: unknown) => {
    if (!String(error).includes('already exists')) throw error;
  });
  return { url: own.href, drop: () => run(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`) };
}

async function openDocuments(url: string, name: string): Promise<Part> {
  const own = new URL(url);
  own.pathname = `/${name}`;
  const drop = async () => {
    const client = new MongoClient(url);
    try {
      await client.db(name).dropDatabase();
    } finally {
      await client.close();
    }
  };
  return { url: own.href, drop };
}

/** Redis has numbers for names: the database 0 remembers which name has which. */
async function openKeys(url: string, name: string): Promise<Part> {
  const takeNumber = `
    local taken = redis.call('HGET', KEYS[1], ARGV[1])
    if taken then return tonumber(taken) end
    local number = redis.call('INCR', KEYS[2])
    redis.call('HSET', KEYS[1], ARGV[1], number)
    return number`;
  const connect = async <T>(to: string, act: (redis: Redis) => Promise<T>): Promise<T> => {
    const redis = new Redis(to);
    try {
      return await act(redis);
    } finally {
      redis.disconnect();
    }
  };
  const number = await connect(url, (redis) => redis.eval(takeNumber, 2, 'places', 'places:last', name));
  const own = new URL(url);
  own.pathname = `/${number}`;
  return { url: own.href, drop: async () => void (await connect(own.href, (redis) => redis.flushdb())) };
}

async function openTopics(url: string, name: string): Promise<Part> {
  const drop = async () => {
    const admin = new Kafka({ brokers: url.split(','), logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    try {
      const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(name));
      if (topics.length > 0) await admin.deleteTopics({ topics });
    } finally {
      await admin.disconnect();
    }
  };
  return { url: `${url}/${name}`, drop };
}

const kinds: Record<Need, { variable: string; open: OpenPart }> = {
  postgres: { variable: 'DATABASE_URL', open: openDatabase },
  mongodb: { variable: 'MONGODB_URL', open: openDocuments },
  redis: { variable: 'REDIS_URL', open: openKeys },
  bus: { variable: 'KAFKA_BROKERS', open: openTopics },
};

/**
 * A place of one's own on each server that is needed and that the environment names: a database, a number in Redis, a
 * namespace in Kafka. The same name is the same place again, until it is dropped. `env` says where all that is.
 */
export async function openPlace(name: string, servers: Environment, needs: readonly Need[]) {
  const parts: [string, Part][] = [];
  for (const { variable, open } of needs.map((need) => kinds[need])) {
    const url = servers[variable];
    if (url) parts.push([variable, await open(url, name)]);
  }
  return {
    env: Object.fromEntries(parts.map(([variable, { url }]) => [variable, url])),
    drop: async () => void (await Promise.all(parts.map(([, { drop }]) => drop()))),
  };
}
