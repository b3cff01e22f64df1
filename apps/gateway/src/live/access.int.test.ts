import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { openPlatform, type Platform } from '../testing/platform.ts';
import { openAdmittedSocket, openRawSocket } from './testing/raw-socket.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await openPlatform({ env: { LIVE_PER_USER: '3', RATE_LIMIT_READ: '100' } });
});
afterAll(() => platform[Symbol.asyncDispose]());

const watch = 'subscription { notificationReceived { id tweet { likedByMe } } }';

async function admitted(user: string, seconds?: number) {
  const raw = await openAdmittedSocket(platform.edge.port, await platform.auth.signIn(user, seconds));
  await raw.subscribe('watch', watch);
  await expect.poll(() => platform.live.openStreams()).toBeGreaterThan(0);
  return raw;
}

describe('a socket', () => {
  test('is closed with 4401 when its token is not valid', async () => {
    const raw = openRawSocket(platform.edge.port);
    await raw.send({ type: 'connection_init', payload: { authorization: 'Bearer bad' } });
    expect(await raw.closed).toBe(4401);
  });

  test('is closed with 4401 when its token expires, and watches nothing any more', async () => {
    const raw = await admitted('short', 1);
    expect(await raw.closed).toBe(4401);
    await expect.poll(() => platform.live.openStreams()).toBe(0);
  });

  test('is closed with 4401 when its session ends', async () => {
    const [raw, other] = [await admitted('leaver'), await admitted('stayer')];
    await platform.signOut('leaver');
    expect(await raw.closed).toBe(4401);
    await other.send({ type: 'ping' });
    await other.expect('pong').toBeDefined();
    other.socket.close();
    await other.closed;
  });

  test('goes on with a fresh token that a ping brings, and so does what it watches', async () => {
    const raw = await admitted('long', 1);
    const expired = Date.now() + 2000;
    await raw.send({ type: 'ping', payload: { authorization: await platform.auth.signIn('long') } });
    await raw.expect('pong').toMatchObject({ payload: { renewed: true } });
    await expect.poll(() => Date.now(), { timeout: 5000 }).toBeGreaterThan(expired);
    const id = platform.live.notify('long');
    const data = { notificationReceived: { id, tweet: { likedByMe: true } } };
    await raw.expect('next', 'watch').toMatchObject({ payload: { data } });
    raw.socket.close();
  });

  test("stays with its user: another's token is refused, and a bad one", async () => {
    const raw = await admitted('dora');
    await raw.send({ type: 'ping', payload: { authorization: await platform.auth.signIn('eve') } });
    const errors = [{ extensions: { code: 'FORBIDDEN' } }];
    await raw.expect('pong').toMatchObject({ payload: { renewed: false, errors } });
    raw.messages.length = 0;
    await raw.send({ type: 'ping', payload: { authorization: 'Bearer bad' } });
    await raw.expect('pong').toMatchObject({ payload: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] } });
    expect(raw.socket.readyState).toBe(WebSocket.OPEN);
    raw.socket.close();
  });

  test('beyond those that one user may have is closed with 4429', async () => {
    const sockets = [await admitted('many'), await admitted('many'), await admitted('many')];
    const raw = openRawSocket(platform.edge.port);
    await raw.send({ type: 'connection_init', payload: { authorization: await platform.auth.signIn('many') } });
    expect(await raw.closed).toBe(4429);
    for (const { socket } of sockets) socket.close();
    await Promise.all(sockets.map(({ closed }) => closed));
    (await admitted('many')).socket.close();
  });

  test('has its operations counted with all other requests of its user', async () => {
    const raw = await openAdmittedSocket(platform.edge.port, await platform.auth.signIn('busy'));
    for (let index = 0; index < 110; index++) await raw.subscribe(`q${index}`, '{ __typename }');
    await raw.expect('error', 'q109').toMatchObject({ payload: [{ extensions: { code: 'RATE_LIMITED' } }] });
    raw.socket.close();
  });
});
