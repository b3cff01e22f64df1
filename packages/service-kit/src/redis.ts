import { isAbsolute } from 'node:path';
import { Redis } from 'ioredis';
import { bounds } from './bounds.ts';

const embeddedScheme = 'embedded:';

const { connectMs, commandMs, silentMs, reconnect } = bounds.redis;

/**
 * Open a Redis client: `redis://…` is a server, `embedded:<absolute folder>` the in-process stand-in, which
 * without a folder keeps nothing when the process ends.
 * Commands fail within half a second when the server does not answer, and at once while there is no connection; callers fall
 * back to the stores.
 */
export async function openRedis(url: string): Promise<Redis> {
  if (url.startsWith(embeddedScheme)) {
    const { openEmbeddedRedis } = await import('@minitwitter/embedded/redis');
    const dir = url.slice(embeddedScheme.length);
    return openEmbeddedRedis(url, isAbsolute(dir) ? { dir } : {});
  }
  const redis = new Redis(url, {
    lazyConnect: true,
    maxRetriesPerRequest: 1,
    commandTimeout: commandMs,
    connectTimeout: connectMs,
    socketTimeout: silentMs,
    enableOfflineQueue: false,
    retryStrategy: (attempt) => Math.min(reconnect.maxMs, reconnect.baseMs * 2 ** attempt) * (0.5 + Math.random() / 2),
  });
  redis.on('error', () => undefined);
  await redis.connect().catch(() => undefined);
  return redis;
}
