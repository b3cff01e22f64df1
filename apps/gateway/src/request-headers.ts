import { requestIdOf } from '@minitwitter/rest-bridge/headers';
import type { RequestHeaders } from '@minitwitter/service-kit/context-factory';
import type { Request, Response } from 'express';

/** What a request to the edge brings of its context; its response bears its id already. */
export const contextHeadersOf = (request: Request, response: Response): RequestHeaders => ({
  authorization: request.get('authorization'),
  requestId: requestIdOf(response),
  traceparent: request.get('traceparent'),
  timeoutMs: undefined,
  userAgent: request.get('user-agent'),
  clientIp: request.ip,
});
