import { setTimeout as delay } from 'node:timers/promises';

const patienceMs = 1000;

/** Knock at the edge's WebSocket door with a token that is not good and a subscription, and wait to be turned away. */
export async function knock(url: string, document: string): Promise<void> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const gone = Promise.withResolvers<void>();
  socket.addEventListener('error', () => gone.resolve());
  socket.addEventListener('close', () => gone.resolve());
  socket.addEventListener('open', () => {
    socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: 'Bearer nonsense' } }));
    socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query: document } }));
  });
  const patience = new AbortController();
  await Promise.race([gone.promise, delay(patienceMs, undefined, { signal: patience.signal }).catch(() => undefined)]);
  patience.abort();
  socket.close();
}
