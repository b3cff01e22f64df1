import { isUnauthenticated, Refusal, rest } from './http.js';

const key = 'minitwitter.session';
const maxAheadMs = 120_000;
const retryMs = 5000;

/**
 * Who is signed in, in this tab. It tells by events: `started`, `renewed` with the new access token, and `ended` with the
 * reason, if there is one to tell. Tokens are renewed ahead of time, by one exchange at a time, as a refresh token works once.
 */
export function createSession(storage = sessionStorage) {
  const events = new EventTarget();
  let current = null;
  let renewing = null;
  let timer;

  const tell = (type, detail) => events.dispatchEvent(new CustomEvent(type, { detail }));

  function adopt({ user, access_token: accessToken, refresh_token: refreshToken, expires_in: seconds }) {
    hold({ user, accessToken, refreshToken, livesMs: seconds * 1000, expiresAt: Date.now() + seconds * 1000 });
  }

  function hold(session) {
    current = session;
    storage.setItem(key, JSON.stringify(session));
    const { expiresAt, livesMs } = session;
    renewAt(expiresAt - Math.min(maxAheadMs, livesMs / 3));
  }

  function renewAt(time) {
    clearTimeout(timer);
    timer = setTimeout(() => renew().catch(renewLater), time - Date.now());
  }

  /** Once the token has expired, whoever needs another asks for it. */
  function renewLater() {
    const next = Date.now() + retryMs * (0.5 + Math.random());
    if (current && next < current.expiresAt) renewAt(next);
  }

  function end(reason) {
    if (!current) return;
    current = null;
    clearTimeout(timer);
    storage.removeItem(key);
    tell('ended', reason);
  }

  function renew() {
    renewing ??= exchange().finally(() => {
      renewing = null;
    });
    return renewing;
  }

  async function exchange() {
    const { refreshToken } = present();
    try {
      const renewed = await rest('POST', '/auth/refresh', { body: { refresh_token: refreshToken } });
      if (current?.refreshToken === refreshToken) adopt(renewed);
    } catch (error) {
      const isOurs = current?.refreshToken === refreshToken;
      if (isOurs && isUnauthenticated(error)) end('Your session has ended. Please sign in again.');
      throw error;
    }
    const { accessToken } = present();
    tell('renewed', accessToken);
    return accessToken;
  }

  function present() {
    if (!current) throw new Refusal('Please sign in.', 'UNAUTHENTICATED');
    return current;
  }

  async function start(path, body) {
    adopt(await rest('POST', path, { body }));
    tell('started');
  }

  return {
    on: (type, listener) => events.addEventListener(type, ({ detail }) => listener(detail)),
    user: () => present().user,
    /** An access token that has not expired. */
    token: async () => (Date.now() < present().expiresAt ? present().accessToken : renew()),
    /** Another access token than this one, which the server refused. */
    tokenAfter: async (refused) => (present().accessToken === refused ? renew() : present().accessToken),
    signIn: ({ name, password }) =>
      start('/auth/login', { [name.includes('@') ? 'email' : 'username']: name.trim(), password }),
    register: (fields) => start('/auth/register', fields),
    /** Go on with the session that this tab had, if it had one. */
    restore: () => {
      const stored = storage.getItem(key);
      if (stored === null) return tell('ended');
      hold(JSON.parse(stored));
      tell('started');
    },
    signOut: async () => {
      const { accessToken: token, refreshToken } = present();
      end();
      await rest('POST', '/auth/logout', { token, body: { refresh_token: refreshToken } }).catch(() => undefined);
    },
  };
}
