/**
 * Every bound on waiting, trying again and queueing between the processes and their servers, in one place; ARCHITECTURE.md
 * tells how they fit together. Durations are in milliseconds.
 */
export const bounds = {
  /** What a client waits at most. A call that had less than `fairMs` left says nothing of the callee by being late. */
  request: { deadlineMs: 10_000, fairMs: 1000 },

  /** Calls between services: of reads all are tried again, of writes those that were not sent. */
  calls: {
    retry: { attempts: 3, baseMs: 50, maxMs: 500 },
    /** So many tries again in a burst, and after that one for every ten calls that succeed: an outage is not made worse. */
    retryBudget: { most: 50, perSuccess: 0.1 },
    circuit: { threshold: 5, openMs: 1000 },
    /** Calls of the edge to one service at once: one that hangs cannot take the whole edge. */
    most: 512,
  },

  grpc: {
    keepaliveMs: 60_000,
    reconnect: { baseMs: 100, maxMs: 1000 },
    /** A connection keeps to one replica: each is given up in time, so that new replicas get their share. */
    connectionAgeMs: 300_000,
    maxMessageBytes: 1024 * 1024,
    /** On a connection, and also within one call: everybody who watches something at an edge has a stream. */
    maxStreams: 10_000,
    streamMs: 3_600_000,
    /** How many messages a stream may send that its client has not taken. */
    streamWindow: 64,
    /** What streams of one call bring within this is sent together, in messages of about so many bytes at most. */
    gatherMs: 5,
    gatheredBytes: 256 * 1024,
  },

  /** Connections to a service or a gateway. The bridge lets idle ones go before who stops closes them (`stop.leaveMs`). */
  http: { connections: 64, waiting: 1000, connectMs: 2000, idleMs: 4000, maxAnswerBytes: 8 * 1024 * 1024 },
  /** Connections wait to be accepted, so that a burst of them need not try again: the system's own bound may be lower. */
  httpServer: { keepAliveMs: 65_000, requestMs: 30_000, headersMs: 10_000, backlog: 4096 },

  /** A health check is shorter than what the edge gives a service to answer `/readyz`. */
  health: { checkMs: 1000, freshMs: 500, edgeMs: 1500, reportMs: 2000 },

  /**
   * Requests that a process takes on at once, all others being refused. The edge, which sees them first, stops at `calm`
   * already while its event loop was busy for more than `busyShare` of the time, looked at every `everyMs`.
   */
  admission: { service: { most: 512 }, edge: { most: 1024, calm: 256 }, eventLoop: { busyShare: 0.95, everyMs: 100 } },

  postgres: { connections: 10, connectMs: 2000, statementMs: 5000, idleMs: 30_000 },
  mongo: { connections: 20, findServerMs: 1000, connectMs: 1000, queueMs: 1000, answerMs: 5000 },
  /** A connection on which nothing comes for `silentMs` is given up; until there is another, commands fail at once. */
  redis: { connectMs: 2000, commandMs: 500, silentMs: 1000, reconnect: { baseMs: 50, maxMs: 2000 } },

  /** A request is tried again so often; an answer may take `requestMs`. */
  kafka: {
    connectMs: 3000,
    requestMs: 10_000,
    retry: { retries: 8, initialRetryTime: 100, maxRetryTime: 2000, factor: 0.3 },
    /** A broker may know a topic only some time after it has taken it. */
    untilKnown: { attempts: 6, baseMs: 100, maxMs: 2000 },
    /** A consumer's member that is gone without a word is missed after `sessionMs`; by the answer to a beat it hears that others come or go. */
    consumer: { sessionMs: 6000, beatMs: 1000, beatInBatchMs: 2000, waitMs: 250, partitionsAtOnce: 3 },
    /** What kafkajs gives up for good is replaced, after such a pause. */
    replace: { baseMs: 500, maxMs: 5000 },
  },

  /** An Argon2 job holds 19 MiB and a thread of libuv's pool, of which there are four. */
  hashing: { atOnce: 4, waiting: 512 },

  /** How long a start waits for a server that is not up yet. */
  start: { attempts: 10, baseMs: 200, maxMs: 2000 },

  /** Each attempt to make indexes takes up to `mongo.answerMs`. */
  indexes: { attempts: 60, baseMs: 200, maxMs: 2000 },

  relay: { batch: 200, pollMs: 1000, busyPollMs: 50 },
  /** After these an event goes to the dead letters; while a dependency is away, none does. */
  consumer: { attempts: 5, baseMs: 50, maxMs: 1000 },
  /** How many messages a handler gets at once: they fit into one batch read of another service. */
  bus: { batch: 500 },

  /**
   * How a stop goes: `leaveMs` in which all is still answered, and every answer asks the client to connect elsewhere; then
   * `drainMs` for the requests that run; all within `limitMs`.
   */
  stop: { leaveMs: 5000, drainMs: 10_000, grpcDrainMs: 5000, limitMs: 18_000 },
} as const;
