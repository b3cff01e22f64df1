import { openSocket } from './socket.js';

const unauthorized = 4401;
const stableMs = 5000;
const backoff = { baseMs: 250, maxMs: 15_000 };

/**
 * Keep streams flowing, through restarts and lost connections, until `stop` is called. A stream is
 * `{query, load, receive}`: `load` reads what there is and resolves to the cursor to go on from, `receive` takes the data of an
 * event and returns its cursor. The server sends what came after the cursor; when it cannot (RESYNC), the stream is loaded anew.
 */
export function keepLive({ url, session, streams, onState }) {
  const stopping = new AbortController();
  const { signal } = stopping;
  const cursors = new Map();
  let socket = null;

  function follow(stream) {
    const onResult = ({ data, errors }) => {
      if (!data) return onEnd(errors);
      const cursor = stream.receive(data);
      if (cursor > cursors.get(stream)) cursors.set(stream, cursor);
    };
    const onEnd = (errors = []) => {
      if (errors.some(({ extensions }) => extensions?.code === 'RESYNC')) cursors.delete(stream);
      socket.close();
    };
    socket.subscribe(stream.query, { after: cursors.get(stream) }, { onResult, onEnd });
  }

  /** Connect, and stay until the connection is lost; resolves to how long it was live. */
  async function connect() {
    for (const stream of streams) if (!cursors.has(stream)) cursors.set(stream, await stream.load());
    const token = await session.token();
    if (signal.aborted) return 0;
    socket = openSocket(url, `Bearer ${token}`);
    let liveSince = Number.POSITIVE_INFINITY;
    void socket.opened.then(() => {
      liveSince = performance.now();
      onState('Live');
      for (const stream of streams) follow(stream);
    });
    const code = await socket.closed;
    socket = null;
    if (code === unauthorized && !signal.aborted) await session.tokenAfter(token);
    return performance.now() - liveSince;
  }

  async function run() {
    let failures = 0;
    while (!signal.aborted) {
      const lasted = await connect().catch(() => 0);
      if (signal.aborted) return;
      failures = lasted > stableMs ? 0 : failures + 1;
      const waitMs = Math.min(backoff.maxMs, backoff.baseMs * 2 ** failures) * (0.5 + Math.random() / 2);
      onState('Connection lost, trying again');
      await pause(waitMs, signal);
    }
  }

  onState('Connecting');
  void run();
  return {
    renew: (token) => socket?.renew(`Bearer ${token}`),
    stop: () => {
      stopping.abort();
      socket?.close();
    },
  };
}

/** Wait, but not longer than until the browser is back online, or the signal aborts. */
function pause(ms, signal) {
  return new Promise((resolve) => {
    const done = new AbortController();
    const end = () => {
      clearTimeout(timer);
      done.abort();
      resolve();
    };
    const timer = setTimeout(end, ms);
    window.addEventListener('online', end, { signal: done.signal });
    signal.addEventListener('abort', end, { signal: done.signal });
  });
}
