import type { DomainError } from '@minitwitter/service-kit/errors';
import { toGraphqlError } from '@minitwitter/service-kit/graphql-errors';
import type { Request, Response } from 'express';

const mediaTypes = ['application/json', 'application/graphql-response+json'];

/** Answer a request that was not executed, in the media type that GraphQL over HTTP (section 6.4) wants. */
export function sendGraphqlError(request: Request, response: Response, status: number, error: DomainError): void {
  const type = request.accepts(mediaTypes) || 'application/json';
  response.status(status).setHeader('Content-Type', `${type}; charset=utf-8`);
  response.end(JSON.stringify({ errors: [toGraphqlError(error)] }));
}
