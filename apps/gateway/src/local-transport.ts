import { inTime } from '@minitwitter/service-kit/in-time';
import type { AnswerGraphql } from '@minitwitter/service-kit/subgraph';
import type { SubgraphTransport } from './transport.ts';

/** Reach a subgraph of this process without a socket. It verifies the caller for itself, as over HTTP. */
export const createLocalTransport =
  (answer: AnswerGraphql): SubgraphTransport =>
  (call, context, timeoutMs) => {
    const { authorization, requestId, traceparent, userAgent, clientIp } = context;
    const headers = { authorization, requestId, traceparent, userAgent, clientIp, timeoutMs: String(timeoutMs) };
    return inTime(timeoutMs, answer(call, headers));
  };
