import { randomUUID } from 'node:crypto';
import type { AnswerCheck } from './openapi.ts';

export type Answer = { status: number; headers: Headers; body: unknown };
export type RestOptions = { body?: unknown; token?: string; headers?: Record<string, string>; raw?: string };

/** A REST client of one platform that has every answer checked against the OpenAPI document. */
export function createRest(url: string, check: AnswerCheck) {
  return async (method: string, path: string, options: RestOptions = {}): Promise<Answer> => {
    const { body, raw = body === undefined ? undefined : JSON.stringify(body), token, headers = {} } = options;
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        ...(raw !== undefined && { 'content-type': 'application/json' }),
        ...(token && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(raw !== undefined && { body: raw }),
    });
    const text = await response.text();
    const answer = {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
    check(method, path, answer);
    return answer;
  };
}

export type Rest = ReturnType<typeof createRest>;
export type Session = { id: string; username: string; email: string; token: string; refreshToken: string };

type SessionBody = {
  user: { id: string; username: string; email: string };
  access_token: string;
  refresh_token: string;
};
const password = 'correct horse';

/** A new account with a name of its own. */
export async function register(rest: Rest, prefix = 'user'): Promise<Session> {
  const username = `${prefix}_${randomUUID().slice(0, 8)}`;
  const { status, body } = await rest('POST', '/auth/register', {
    body: { username, email: `${username}@example.com`, password },
  });
  if (status !== 201) throw new Error(`register answered ${status}: ${JSON.stringify(body)}`);
  const { user, access_token: token, refresh_token: refreshToken } = body as SessionBody;
  return { id: user.id, username, email: user.email, token, refreshToken };
}

/** A session of one's own again, as new. */
export async function signIn(rest: Rest, session: Session): Promise<void> {
  const { email } = session;
  const { status, body } = await rest('POST', '/auth/login', { body: { email, password } });
  if (status !== 200) throw new Error(`login answered ${status}: ${JSON.stringify(body)}`);
  const { access_token: token, refresh_token: refreshToken } = body as SessionBody;
  Object.assign(session, { token, refreshToken });
}
