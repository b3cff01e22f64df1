import diagnostics from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openMongo } from './mongo.ts';
import { startTestServers } from './testing.ts';

/** The sockets that this process opens from now on, in their order. */
function watchSockets(): Socket[] {
  const sockets: Socket[] = [];
  const onSocket = (message: unknown) => void sockets.push((message as { socket: Socket }).socket);
  diagnostics.subscribe('net.client.socket', onSocket);
  onTestFinished(() => void diagnostics.unsubscribe('net.client.socket', onSocket));
  return sockets;
}

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
