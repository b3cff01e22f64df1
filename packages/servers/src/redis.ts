import { Redis } from 'ioredis';
import { runChild } from './child.ts';
import { untilReady } from './ready.ts';
import { findRedis, type Program } from './redis-binary.ts';
import type { Launch, Obtain } from './types.ts';

/** Redis: every write reaches its append-only file before it is acknowledged, so that it survives a kill. */
export const obtainRedis: Obtain = async (source) => launchRedis(await findRedis(source));

/** Many more than 16, so that tests have one each. */
const databases = 1024;

const launchRedis =
  ({ file, args }: Program): Launch =>
  async ({ folder, port }) => {
    const settings = {
      port,
      bind: '127.0.0.1',
      dir: folder,
      appendonly: 'yes',
      save: '',
      databases,
      loglevel: 'warning',
    };
    const flags = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const child = await runChild({ file, args: [...args, ...flags], folder });
    await untilReady(child, () => ping(port));
    return { ...child, url: `redis://127.0.0.1:${port}` };
  };

async function ping(port: number): Promise<void> {
  const redis = new Redis({
    host: '127.0.0.1',
    port,
    lazyConnect: true,
    connectTimeout: 1000,
    retryStrategy: () => null,
  });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    await redis.ping();
  } finally {
    redis.disconnect();
  }
}
