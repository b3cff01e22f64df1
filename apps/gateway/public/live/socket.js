const pingMs = 20_000;
const pongMs = 10_000;

/**
 * One connection of the graphql-transport-ws protocol (PROTOCOL.md of graphql-ws). `opened` resolves when the server has
 * acknowledged it; `closed` resolves to the close code, and never rejects. A connection that is silent is closed as 1006.
 */
export function openSocket(url, authorization) {
  const socket = new WebSocket(url, 'graphql-transport-ws');
  const opened = Promise.withResolvers();
  const closed = Promise.withResolvers();
  const subscriptions = new Map();
  let pongTimer;
  let pingTimer;
  let lastId = 0;

  const send = (message) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
  };

  function finish(code) {
    clearInterval(pingTimer);
    clearTimeout(pongTimer);
    subscriptions.clear();
    socket.onmessage = null;
    closed.resolve(code);
    if (socket.readyState < WebSocket.CLOSING) socket.close();
  }

  function ping(payload) {
    send({ type: 'ping', ...(payload && { payload }) });
    clearTimeout(pongTimer);
    pongTimer = setTimeout(() => finish(1006), pongMs);
  }

  function receive({ type, id, payload }) {
    if (type === 'connection_ack') {
      pingTimer = setInterval(() => ping(), pingMs);
      opened.resolve();
    } else if (type === 'pong') {
      clearTimeout(pongTimer);
      if (payload?.renewed === false) finish(4401);
    } else if (type === 'ping') {
      send({ type: 'pong' });
    } else if (type === 'next') {
      subscriptions.get(id)?.onResult(payload);
    } else {
      subscriptions.get(id)?.onEnd(type === 'error' ? payload : []);
      subscriptions.delete(id);
    }
  }

  socket.onopen = () => send({ type: 'connection_init', payload: { authorization } });
  socket.onmessage = ({ data }) => receive(JSON.parse(data));
  socket.onclose = ({ code }) => finish(code);

  return {
    opened: opened.promise,
    closed: closed.promise,
    /** Watch; `onResult` gets each result, `onEnd` the errors that ended it, none if it just ended. */
    subscribe: (query, variables, { onResult, onEnd }) => {
      const id = String(++lastId);
      subscriptions.set(id, { onResult, onEnd });
      send({ type: 'subscribe', id, payload: { query, variables } });
    },
    /** Let the connection go on with a fresh token. */
    renew: (fresh) => ping({ authorization: fresh }),
    close: () => finish(1000),
  };
}
