import type { Caller } from '@minitwitter/service-kit/context';
import type { Logger } from '@minitwitter/service-kit/logger';
import type { Operation } from './operations.ts';

/** One operation to execute for one caller; `deadline` is in epoch milliseconds and is the executor's to keep. */
export type ExecuteRequest = {
  operation: Operation;
  variables: Record<string, unknown>;
  requestId: string;
  traceparent: string;
  authorization: string | undefined;
  deadline: number;
  clientIp?: string;
  userAgent?: string;
};

export type GraphqlError = {
  message: string;
  path?: readonly (string | number)[];
  extensions?: Record<string, unknown>;
};

/** A GraphQL response (specification, section 7.1). */
export type ExecuteResult = { data?: Record<string, unknown> | null; errors?: readonly GraphqlError[] };

export type Execute = (request: ExecuteRequest) => Promise<ExecuteResult>;

export type AuthenticateContext = { requestId: string; traceparent: string; deadline: number; log: Logger };

/** The caller, null without credentials; throws UNAUTHENTICATED for credentials that are not good. */
export type Authenticate = (authorization: string | undefined, context: AuthenticateContext) => Promise<Caller | null>;
