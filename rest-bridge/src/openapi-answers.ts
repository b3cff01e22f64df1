import type { ErrorCode } from '@minitwitter/service-kit/errors';
import type { JsonSchema } from './openapi-schemas.ts';
import { problemKinds, statusOf } from './problem.ts';
import type { Row } from './row.ts';

const text = (description: string, example: string) => ({
  description,
  schema: { type: 'string', examples: [example] },
});
const headerRef = (name: string) => ({ [name]: { $ref: `#/components/headers/${name}` } });

export const headers = {
  'X-Request-Id': text(
    "The request's id: the client's own if it sent a well-formed one.",
    '6f1c0a52-6d0e-4c1b-9a38-5c9a6d3e6c11',
  ),
  RateLimit: text(
    'What is left of the quota (draft-ietf-httpapi-ratelimit-headers); absent when limits are off.',
    '"read"; r=1199; t=60',
  ),
  'RateLimit-Policy': text('The quota and its window; absent when limits are off.', '"read"; q=1200; w=60; pk=:Zm9v:'),
  'Retry-After': {
    description: 'Seconds to wait before trying again.',
    schema: { type: 'integer', minimum: 0, examples: [1] },
  },
  'WWW-Authenticate': text('The challenge (RFC 6750).', 'Bearer realm="minitwitter"'),
  Location: text('Where the new resource is.', '/api/v1/tweets/65f1c0ffee0123456789abcd'),
  ETag: text('A strong validator of the body, for `If-None-Match`.', '"47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"'),
  Link: text('The next page (RFC 8288), while there is more.', '</api/v1/tweets?cursor=YzE6NjVm>; rel="next"'),
  'Idempotency-Replayed': { description: '`true` on a stored answer.', schema: { type: 'string', const: 'true' } },
};

const common = { ...headerRef('X-Request-Id'), ...headerRef('RateLimit'), ...headerRef('RateLimit-Policy') };
const byStatus: Partial<Record<number, JsonSchema>> = {
  401: headerRef('WWW-Authenticate'),
  409: headerRef('Retry-After'),
  429: headerRef('Retry-After'),
  503: headerRef('Retry-After'),
};

/** `#/components/schemas/Problem`. */
export const problemSchema: JsonSchema = {
  type: 'object',
  description: 'Problem details (RFC 9457).',
  properties: {
    type: { type: 'string', format: 'uri-reference', description: 'The kind of problem; it leads to its description.' },
    title: { type: 'string', description: 'The kind of problem in a few words.' },
    status: { type: 'integer', description: 'The HTTP status.' },
    detail: { type: 'string', description: 'What is wrong with this request.' },
    code: {
      type: 'string',
      enum: [...new Set(Object.values(problemKinds).map(({ code }) => code))],
      description: 'For programs to tell problems apart.',
    },
    instance: { type: 'string', format: 'uri-reference', description: 'The path of the request.' },
    errors: {
      type: 'array',
      description: 'Bad input, value by value.',
      items: {
        type: 'object',
        properties: {
          pointer: {
            type: 'string',
            description: 'A JSON Pointer into the body, `?name` of a query value, or `{name}` of a path value.',
            examples: ['/username'],
          },
          detail: {
            type: 'string',
            description: 'What is wrong with it.',
            examples: ['must have at least 3 characters'],
          },
        },
        required: ['pointer', 'detail'],
        additionalProperties: false,
      },
    },
  },
  required: ['type', 'title', 'status', 'detail', 'code', 'instance'],
  additionalProperties: false,
};

/** `#/components/responses`: an answer for every status of a problem that the routes may answer. */
export const problemResponses = (rows: readonly Row[]): Record<string, JsonSchema> =>
  Object.fromEntries(
    [...new Set(rows.flatMap(problemStatuses))].sort().map((status) => [`Problem${status}`, problemResponse(status)]),
  );

function problemResponse(status: number): JsonSchema {
  const kinds = Object.entries(problemKinds).filter(([, kind]) => kind.status === status);
  const examples = kinds.map(([slug, { title, code, meaning }]) => [
    slug,
    { value: { type: `/docs/problems#${slug}`, title, status, detail: meaning, code, instance: '/api/v1/tweets' } },
  ]);
  return {
    description: kinds.map(([, { meaning }]) => meaning).join(' '),
    headers: { ...common, ...byStatus[status] },
    content: {
      'application/problem+json': {
        schema: { $ref: '#/components/schemas/Problem' },
        examples: Object.fromEntries(examples),
      },
    },
  };
}

/** The statuses of the problems that a route may answer. */
export function problemStatuses({ auth, method, fails }: Row): number[] {
  const always: ErrorCode[] = ['INVALID_ARGUMENT', 'RESOURCE_EXHAUSTED', 'INTERNAL', 'UNAVAILABLE'];
  const statuses = new Set([...always, ...fails].map(statusOf));
  if (auth !== 'none') statuses.add(401);
  if (auth === 'required') statuses.add(403);
  if (method !== 'get') for (const status of [413, 415]) statuses.add(status);
  if (method === 'post') for (const status of [409, 422]) statuses.add(status);
  return [...statuses].sort((a, b) => a - b);
}

/** The headers of a route's successful answer. */
export const successHeaders = ({ method, result, etag, location }: Row): JsonSchema => ({
  ...common,
  ...(etag ? headerRef('ETag') : {}),
  ...(location ? headerRef('Location') : {}),
  ...(result.kind === 'page' ? headerRef('Link') : {}),
  ...(method === 'post' ? headerRef('Idempotency-Replayed') : {}),
});

export const notModified = {
  description: 'The client has this representation.',
  headers: { ...common, ...headerRef('ETag') },
};
