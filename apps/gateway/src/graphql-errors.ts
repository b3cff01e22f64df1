import { logFields, type RequestIds } from '@minitwitter/service-kit/context';
import { type DomainError, type ErrorCode, toDomainError } from '@minitwitter/service-kit/errors';
import { toGraphqlError } from '@minitwitter/service-kit/graphql-errors';
import type { Logger } from '@minitwitter/service-kit/logger';
import type { Request, Response } from 'express';

const mediaTypes = ['application/json', 'application/graphql-response+json'];

/** Answer a request that was not executed, in the media type that GraphQL over HTTP (section 6.4) wants. */
export function sendGraphqlError(request: Request, response: Response, status: number, error: DomainError): void {
  const type = request.accepts(mediaTypes) || 'application/json';
  response.status(status).setHeader('Content-Type', `${type}; charset=utf-8`);
  response.end(refusalText(error));
}

/** The body of the answer to a request that was not executed. */
export const refusalText = (error: DomainError): string => JSON.stringify({ errors: [toGraphqlError(error)] });

/** How a request that was not executed is answered; what is our own fault is logged. */
export function refusalOf(error: unknown, ids: RequestIds, log: Logger): { status: number; error: DomainError } {
  const known = toDomainError(error);
  if (known.code === 'INTERNAL') log.error({ err: error, ...logFields(ids) }, 'request failed');
  return { status: statusOf(known), error: known };
}

const statuses: Partial<Record<ErrorCode, number>> = {
  RESOURCE_EXHAUSTED: 429,
  INVALID_ARGUMENT: 400,
  UNAVAILABLE: 503,
};

const statusOf = ({ code }: DomainError): number => statuses[code] ?? 500;
