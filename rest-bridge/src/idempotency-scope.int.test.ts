import { expect, it } from 'vitest';
import { startBridge } from './testing/bridge-fixture.ts';

const body = { username: 'ada', password: 'correct horse' };

it("an Idempotency-Key without a caller belongs to the client's address, an IPv6 one to its /64", async () => {
  await using bridge = await startBridge();
  const replayed = async (address: string) => {
    const headers = { 'idempotency-key': 'k', 'x-forwarded-for': address };
    const reply = await bridge.call('POST', '/auth/login', { body, token: null, headers });
    expect(reply.status).toBe(200);
    return reply.headers.get('idempotency-replayed');
  };
  expect(await replayed('192.0.2.1')).toBeNull();
  expect(await replayed('192.0.2.2')).toBeNull();
  expect(await replayed('192.0.2.1')).toBe('true');
  expect(await replayed('2001:db8:0:1::1')).toBeNull();
  expect(await replayed('2001:db8:0:1::2')).toBe('true');
  expect(await replayed('2001:db8:0:2::1')).toBeNull();
});

it('a logout is replayed although the session has ended, for the same token, key and body alone', async () => {
  const ended = new Set<string>();
  await using bridge = await startBridge({ ended });
  const logout = (token: string | null, key = 'k', raw: unknown = {}) =>
    bridge.call('POST', '/auth/logout', { token, body: raw, headers: { 'idempotency-key': key } });
  expect((await logout('ada')).status).toBe(204);
  for (const token of ['ada', 'grace', 'mallory']) ended.add(token);

  const again = await logout('ada');
  expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([204, 'true']);
  expect((await logout('grace')).status).toBe(401);
  expect((await logout('ada', 'l')).status).toBe(401);
  expect((await logout('ada', 'k', { refresh_token: 'r' })).status).toBe(422);
  expect((await logout('ada', 'k', { loud: true })).status).toBe(401);
  expect((await logout(null)).status).toBe(401);
  expect((await bridge.call('POST', '/auth/logout', { body: {} })).status).toBe(401);
  expect(bridge.requests).toHaveLength(1);
});
