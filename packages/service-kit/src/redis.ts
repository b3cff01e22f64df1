import { isAbsolute } from 'node:path';
import { Redis } from 'ioredis';

const embeddedScheme = 'embedded:';

/**
 * Open a Redis client: `redis://…` is a server, `embedded:<absolute folder>` the in-process stand-in, which
 * without a folder keeps nothing when the process ends.
 * Commands fail within half a second when the server is away; callers fall back to the stores.
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
    commandTimeout: 500,
    connectTimeout: 2000,
    enableOfflineQueue: false,
    retryStrategy: (attempt) => Math.min(2000, 50 * 2 ** attempt) * (0.5 + Math.random() / 2),
  });
  redis.on('error', () => undefined);
  await redis.connect().catch(() => undefined);
  return redis;
}
