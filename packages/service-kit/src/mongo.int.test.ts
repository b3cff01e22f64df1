import { expect, test, vi } from 'vitest';
import { openMongo } from './mongo.ts';
import { startTestServers } from './testing.ts';
import { watchSockets } from './testing-sockets.ts';

/** The driver asks a server that it lost at once, if it has not been asked for half a second. */
const restMs = 600;

test('a server is found again whose connections all end while commands are tried again', async () => {
  await using servers = await startTestServers(['mongodb']);
  const sockets = watchSockets();
  await using mongo = await openMongo(servers.env.MONGODB_URL ?? '', 'test');
  await mongo.ping();
  const [monitor, ...others] = sockets;
  expect(others).not.toHaveLength(0);
  const openedAt = performance.now();
  await vi.waitUntil(() => performance.now() > openedAt + restMs, { timeout: 2 * restMs });

  const ping = mongo.ping().catch(mongo.ping);
  for (const socket of others) {
    // The monitor's is closed by then, and its own event comes later in this turn.
    socket.prependOnceListener('close', () => monitor?.destroy());
    socket.destroy();
  }
  await ping;
  await expect.poll(() => Promise.all([mongo.ping(), mongo.ping()])).toHaveLength(2);
});
