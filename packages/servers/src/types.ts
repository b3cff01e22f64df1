export const serverNames = ['postgres', 'mongodb', 'redis', 'kafka'] as const;
export type ServerName = (typeof serverNames)[number];

/** The variable of the environment that says where each server is. */
export const variables = {
  postgres: 'DATABASE_URL',
  mongodb: 'MONGODB_URL',
  redis: 'REDIS_URL',
  kafka: 'KAFKA_BROKERS',
} as const satisfies Record<ServerName, string>;

/** A server's own folder, where it keeps its data, and its port on 127.0.0.1: both the same at every launch. */
export type Place = { folder: string; port: number };

export type Running = {
  url: string;
  /** Resolves, with how, when the server has ended, be it asked to or not. */
  ended: Promise<string>;
  stop: () => Promise<void>;
  /** Ends it as a crash does (SIGKILL). */
  kill: () => Promise<void>;
};

/** Starts a server and resolves when it answers. */
export type Launch = (place: Place) => Promise<Running>;

export type Source = { cacheDir: string; log: (line: string) => void };
/** Gets what a server needs, from the cache or by a package client; throws where it is not to be had. */
export type Obtain = (source: Source) => Promise<Launch>;
