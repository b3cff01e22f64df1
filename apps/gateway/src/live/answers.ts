import { newTraceparent, readTraceparent, renewed } from '@minitwitter/service-kit/context';
import type { Logger } from '@minitwitter/service-kit/logger';
import type { Tracer, Work } from '@minitwitter/service-kit/tracing';
import { LRUCache } from 'lru-cache';
import type { EdgeContext } from '../edge-context.ts';
import type { CompiledExecutor } from '../executor/executor.ts';
import { tellErrors } from '../told-errors.ts';
import { type Answer, createAnswer } from './answer.ts';
import type { Watched } from './documents.ts';
import type { Arrival } from './source.ts';

type Executor = Pick<CompiledExecutor<EdgeContext>, 'executeEvent' | 'sourceOf'>;

export type AnswerRequest = {
  watched: Watched;
  operationName: string | undefined;
  variables: Readonly<Record<string, unknown>>;
  currentContext: () => EdgeContext;
};

const maxShared = 1000;
const sharedMs = 5000;
const viewerTag = 'viewer';

/** What a span says of an event's way to all who ask the same of it. */
const pushOf = (field: string): Work => ({
  name: `push ${field}`,
  kind: 'producer',
  attributes: { 'graphql.operation.type': 'subscription', 'graphql.operation.name': field },
});

/**
 * The answers to events as JSON in UTF-8. One event is executed and serialised once for all who ask the same of it: those of one user
 * share it, and where no field depends on who asks (the tag `viewer`), everybody does.
 */
export function createAnswers(executor: Executor, tracer: Tracer, log: Logger) {
  const shared = new LRUCache<string, Answer<Buffer>>({ max: maxShared, ttl: sharedMs });
  /** Those to an event that came to many as one arrival, found without its text. */
  const sharedOf = new WeakMap<Arrival, Map<string, Answer<Buffer>>>();

  function make(
    { watched, operationName, variables, currentContext }: AnswerRequest,
    { event, traceparent: cause }: Arrival,
  ): Promise<Buffer> {
    const { document, documentKey, field } = watched;
    return tracer.run(pushOf(field), readTraceparent(cause) ?? newTraceparent(), async (traceparent) => {
      const context = { ...renewed(currentContext()), traceparent };
      const request = { document, documentKey, operationName, variables, context };
      const { data, errors } = await executor.executeEvent(request, { [field]: event });
      return Buffer.from(JSON.stringify({ errors: errors && tellErrors(errors, log), data }));
    });
  }

  function answerTo(request: AnswerRequest, arrival: Arrival, answerKey: string): Answer<Buffer> {
    const answers = sharedOf.get(arrival) ?? new Map<string, Answer<Buffer>>();
    sharedOf.set(arrival, answers);
    const known = answers.get(answerKey);
    if (known) return known;
    const key = answerKey + JSON.stringify(arrival.event);
    const answer =
      shared.get(key) ??
      begin(request, arrival, () => {
        shared.delete(key);
        answers.delete(answerKey);
      });
    shared.set(key, answer);
    answers.set(answerKey, answer);
    return answer;
  }

  function begin(request: AnswerRequest, arrival: Arrival, onFailure: () => void): Answer<Buffer> {
    const making = make(request, arrival);
    making.catch(onFailure);
    return createAnswer(making);
  }

  /** The answers to one subscription; `answerKey` is equal where the answers are. */
  return (request: AnswerRequest): { answerKey: string; answer: (arrival: Arrival) => Answer<Buffer> } => {
    const { watched, operationName, currentContext } = request;
    const { tags } = executor.sourceOf({ ...watched, operationName });
    const viewer = tags.has(viewerTag) ? currentContext().caller?.userId : '';
    const answerKey = `${watched.answerKey} ${viewer} `;
    return { answerKey, answer: (arrival) => answerTo(request, arrival, answerKey) };
  };
}
