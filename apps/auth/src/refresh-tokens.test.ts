import { randomBytes, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRefreshToken, openSuccessor, readRefreshToken, sealSuccessor } from './refresh-tokens.ts';

const newToken = () => createRefreshToken(randomUUID(), randomBytes);
const answer = { refreshToken: 'next', accessToken: 'access', accessExpiresAt: 1_700_000_000 };

test('a refresh token is read back as it was made, and no two are alike', () => {
  const token = newToken();
  expect(readRefreshToken(token.text)).toEqual(token);
  expect(newToken().hash).not.toBe(token.hash);
  expect(token.hash).not.toContain(token.text.slice(37));
});

test('what is not shaped like a refresh token is none', () => {
  const { text } = newToken();
  for (const bad of ['', 'x', `${text}x`, ` ${text}`, `${text}\n`, text.toUpperCase(), text.replace('.', ':')]) {
    expect(readRefreshToken(bad)).toBeNull();
  }
  fc.assert(fc.property(fc.string(), (anything) => readRefreshToken(anything) === null));
});

test('only the old token opens the answer that replaced it', () => {
  const token = newToken();
  const sealed = sealSuccessor(token, answer, randomBytes);
  expect(openSuccessor(token, sealed)).toEqual(answer);
  expect(sealed).not.toContain('next');
  expect(() => openSuccessor(newToken(), sealed)).toThrow();
  expect(() => openSuccessor(token, `AAAA${sealed.slice(4)}`)).toThrow();
});
