import type { Redis } from 'ioredis';

/**
 * Hear what is published on a channel, through a connection of its own. What is said while Redis is away is lost: whoever
 * listens must also look from time to time.
 */
export async function subscribe(
  redis: Pick<Redis, 'duplicate'>,
  channel: string,
  onMessage: (text: string) => void,
): Promise<Disposable> {
  const subscriber = redis.duplicate();
  subscriber.on('error', () => undefined);
  subscriber.on('message', (_channel: string, text: string) => onMessage(text));
  const listen = () =>
    subscriber.subscribe(channel).then(
      () => undefined,
      () => undefined,
    );
  subscriber.on('ready', listen);
  if (subscriber.status === 'ready') await listen();
  else await subscriber.connect().then(listen, () => undefined);
  return { [Symbol.dispose]: () => subscriber.disconnect() };
}
