import { acceptRequestId, logFields, renewed } from '@minitwitter/service-kit/context';
import { DomainError } from '@minitwitter/service-kit/errors';
import type { Logger } from '@minitwitter/service-kit/logger';
import type { Tracer, Work } from '@minitwitter/service-kit/tracing';
import { MessageType, type SubscribeMessage, validateMessage } from 'graphql-ws';
import type { EdgeContext } from '../edge-context.ts';
import { requestIn } from '../operation-request.ts';
import { alreadyExists, closingFor, closings } from './close.ts';
import { failuresOf } from './failures.ts';
import { Operation, type Wire } from './operation.ts';
import type { RunOperation } from './operations.ts';
import { authorizationIn } from './payloads.ts';
import { createSocketIdentity, type IdentityDeps, type Peer } from './socket-identity.ts';

export type ConnectionDeps = IdentityDeps & {
  run: RunOperation;
  /** How long a client may take to begin. */
  initMs: number;
  tracer: Tracer;
  log: Logger;
};

/** An operation over a socket; what a subscription pushes is told in the traces of its events. */
const socketWork: Work = { name: 'WebSocket /graphql', kind: 'server', attributes: { 'http.route': '/graphql' } };
const maxOperations = 50;
const errorHead = Buffer.from('{"type":"error","payload":');
const completeHead = Buffer.from('{"type":"complete"');
const nothing = Buffer.alloc(0);

/**
 * The server's side of one connection of the graphql-transport-ws protocol (graphql-over-http, GraphQLOverWebSocket.md). A
 * client may send a fresh token as the payload of a ping, `{"authorization": "Bearer …"}`: the pong says `{"renewed": true}`.
 */
export function createConnection(wire: Wire, peer: Peer, deps: ConnectionDeps) {
  const { run, initMs, tracer, log } = deps;
  const operations = new Map<string, Operation>();
  const works = new Set<Promise<void>>();
  const held = new DisposableStack();
  const identity = held.use(createSocketIdentity(peer, deps, () => wire.close(closings.ended)));
  const initTimer = setTimeout(() => wire.close(closings.initTimeout), initMs);
  held.defer(() => clearTimeout(initTimer));
  let hasBegun = false;
  let isRenewing = false;

  const say = (message: object): void => void wire.send(nothing, Buffer.from(JSON.stringify(message)), nothing);

  async function initialise(payload: unknown): Promise<void> {
    if (hasBegun) return wire.close(closings.initTwice);
    hasBegun = true;
    clearTimeout(initTimer);
    try {
      await identity.admit(authorizationIn(payload));
      say({ type: MessageType.ConnectionAck });
    } catch (error) {
      const closing = closingFor(error);
      if (closing === closings.failed) log.error({ err: error }, 'connection failed');
      wire.close(closing);
    }
  }

  async function renew(payload: unknown): Promise<void> {
    const authorization = authorizationIn(payload);
    if (!identity.current() || authorization === undefined) return say({ type: MessageType.Pong });
    try {
      if (isRenewing) throw new DomainError('RESOURCE_EXHAUSTED', 'One token at a time.');
      isRenewing = true;
      await identity.admit(authorization).finally(() => {
        isRenewing = false;
      });
      say({ type: MessageType.Pong, payload: { renewed: true } });
    } catch (error) {
      say({ type: MessageType.Pong, payload: { renewed: false, errors: failuresOf(error, log) } });
    }
  }

  function subscribe(message: SubscribeMessage): void {
    const context = identity.current();
    if (!context) wire.close(closings.notAcknowledged);
    else if (operations.has(message.id)) wire.close(alreadyExists(message.id));
    else if (works.size >= maxOperations) refuse(message.id);
    else start(message, context);
  }

  function refuse(id: string): void {
    const error = new DomainError('RESOURCE_EXHAUSTED', 'Too many operations at once.');
    say({ id, type: MessageType.Error, payload: failuresOf(error, log) });
  }

  function start({ id, payload }: SubscribeMessage, context: EdgeContext): void {
    const operation = new Operation(wire, id);
    operations.set(id, operation);
    const work = execute(payload, operation, context).finally(() => {
      if (operations.get(id) === operation) operations.delete(id);
      works.delete(work);
    });
    works.add(work);
  }

  async function execute(
    payload: SubscribeMessage['payload'],
    operation: Operation,
    first: EdgeContext,
  ): Promise<void> {
    const span = tracer.start(socketWork, undefined);
    const ids = { requestId: acceptRequestId(undefined), traceparent: span.traceparent };
    const own = { ...ids, log: log.child(logFields(ids)) };
    const currentContext = () => ({ ...renewed(identity.current() ?? first), ...own });
    try {
      const { signal } = operation.stop;
      const isComplete = await run(requestIn(payload), {
        currentContext,
        count: identity.count,
        sink: operation,
        signal,
      });
      if (isComplete) void operation.say(completeHead, nothing);
    } catch (error) {
      void operation.say(errorHead, Buffer.from(JSON.stringify(failuresOf(error, own.log))));
    } finally {
      span.end();
    }
  }

  /** The client may give the same id to another operation at once. */
  function complete(id: string): void {
    const operation = operations.get(id);
    if (!operation) return;
    operations.delete(id);
    operation.end();
  }

  return {
    /** Handle a message of the client. */
    receive: (text: string): void => {
      if (held.disposed) return;
      const message = messageIn(text);
      if (message?.type === MessageType.ConnectionInit) void initialise(message.payload);
      else if (message?.type === MessageType.Ping) void renew(message.payload);
      else if (message?.type === MessageType.Subscribe) subscribe(message);
      else if (message?.type === MessageType.Complete) complete(message.id);
      else if (message?.type !== MessageType.Pong) wire.close(closings.badMessage);
    },
    /** Begin nothing more and watch nothing more; resolves when what was asked for is answered. */
    stop: async (): Promise<void> => {
      held.dispose();
      for (const { stop } of operations.values()) stop.abort();
      await Promise.all(works);
    },
  };
}

export type Connection = ReturnType<typeof createConnection>;

function messageIn(text: string): ReturnType<typeof validateMessage> | undefined {
  try {
    return validateMessage(JSON.parse(text));
  } catch {
    return undefined;
  }
}
