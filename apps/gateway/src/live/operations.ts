import type { ApolloServer } from '@apollo/server';
import type { RatePolicy } from '@minitwitter/rest-bridge/rate-limit';
import { requireCaller } from '@minitwitter/service-kit/context';
import { liveSubscriptions } from '@minitwitter/service-kit/metrics';
import type { createDocumentLimits } from '../document-limits.ts';
import type { EdgeContext } from '../edge-context.ts';
import { executeOnce } from '../execute.ts';
import type { OperationRequest } from '../operation-request.ts';
import type { createAnswers } from './answers.ts';
import { Delivery, type Outlet } from './delivery.ts';
import type { createDocuments, Watched } from './documents.ts';
import { RequestErrors } from './failures.ts';
import type { createFeeds } from './feeds.ts';

/** Where the answers of one operation go, as JSON of a GraphQL response each, in UTF-8. */
export type Sink = Outlet<Buffer> & {
  /** The request is good: answers come. */
  begin: () => void;
  /** The reader is too far behind to go on. */
  overflow: () => void;
};

/** Count an operation, as `cost` requests, against its caller's quota; rejects when that is used up. */
export type Count = (policy: RatePolicy, cost: number) => Promise<void>;

type Execution = {
  /** Credentials are renewed while an operation lasts. */
  currentContext: () => EdgeContext;
  count: Count;
  sink: Sink;
  signal: AbortSignal;
};

type OperationsDeps = {
  findWatched: ReturnType<typeof createDocuments>;
  judgeDocument: ReturnType<typeof createDocumentLimits>;
  answersTo: ReturnType<typeof createAnswers>;
  /** By the field of the subscription. */
  feeds: ReadonlyMap<string, ReturnType<typeof createFeeds<Buffer>>>;
  server: Pick<ApolloServer<EdgeContext>, 'executeOperation'>;
};

/** Execute operations that are answered in parts, or over a socket. */
export function createLiveOperations(deps: OperationsDeps) {
  async function admit({ query, variables }: OperationRequest, count: Count): Promise<void> {
    const { requestClass, count: cost, refusal } = deps.judgeDocument(query, variables);
    await count(requestClass, cost);
    if (refusal) throw refusal;
  }

  async function answerOnce(request: OperationRequest, { currentContext, sink }: Execution): Promise<void> {
    const result = await executeOnce(deps.server, request, currentContext());
    if (result.data === undefined) throw new RequestErrors(result.errors ?? []);
    sink.begin();
    await sink.next(Buffer.from(JSON.stringify(result)));
  }

  async function watch(watched: Watched, request: OperationRequest, execution: Execution): Promise<void> {
    const { currentContext, sink } = execution;
    const { userId } = requireCaller(currentContext());
    const follow = deps.feeds.get(watched.field);
    if (!follow) throw new Error(`Nothing is known of the subscription ${watched.field}.`);
    const { operationName, variables } = request;
    const answers = deps.answersTo({ watched, operationName, variables, currentContext });
    const { after } = watched.args;
    sink.begin();
    const stop = new AbortController();
    const signal = AbortSignal.any([execution.signal, stop.signal]);
    const failed = Promise.withResolvers<never>();
    const overflow = () => sink.overflow();
    const delivery = new Delivery<Buffer>({ outlet: sink, onOverflow: overflow, onError: failed.reject });
    signal.addEventListener('abort', () => delivery.stop(), { once: true });
    const following = follow(userId, {
      currentContext,
      after: typeof after === 'string' ? after : undefined,
      signal,
      ...answers,
      delivery,
      overflow,
    });
    const watching = liveSubscriptions.labels(watched.field);
    watching.inc();
    try {
      await Promise.race([following, failed.promise]);
    } finally {
      watching.dec();
      stop.abort();
    }
  }

  /**
   * Execute until all is answered (true) or the signal aborts (false). Rejects with RequestErrors for what cannot be executed,
   * and with a DomainError for what is refused or ends early.
   */
  return async (request: OperationRequest, execution: Execution): Promise<boolean> => {
    await admit(request, execution.count);
    if (execution.signal.aborted) return false;
    const watched = deps.findWatched(request);
    await (watched ? watch(watched, request, execution) : answerOnce(request, execution));
    return !watched;
  };
}

export type RunOperation = ReturnType<typeof createLiveOperations>;
