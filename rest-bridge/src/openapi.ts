import type { GraphQLSchema } from 'graphql';
import { z } from 'zod';
import {
  headers,
  notModified,
  problemResponses,
  problemSchema,
  problemStatuses,
  successHeaders,
} from './openapi-answers.ts';
import { type Components, inputSchema, type JsonSchema, refTo, resultSchema } from './openapi-schemas.ts';
import type { Operation, Operations } from './operations.ts';
import type { Row } from './row.ts';
import { rootFieldOf, shapeOf } from './shape.ts';

export type OpenApiDocument = {
  openapi: string;
  info: JsonSchema;
  servers: JsonSchema[];
  tags: JsonSchema[];
  paths: Record<string, Record<string, JsonSchema>>;
  components: Record<string, JsonSchema>;
};

const info = {
  title: 'MiniTwitter',
  version: '1.0.0',
  summary: 'Short messages, follows, likes and comments.',
  description:
    'JSON in and out, `snake_case`. Times are RFC 3339 UTC with milliseconds. Errors are RFC 9457 problem details. ' +
    'Lists are pages: give `next_cursor` back as `cursor`, or follow the `Link` header.',
  license: { name: 'MIT', identifier: 'MIT' },
};

const tags = [
  { name: 'Auth', description: 'Accounts and sessions.' },
  { name: 'Users', description: 'Profiles and follows.' },
  { name: 'Tweets', description: 'Short public messages.' },
  { name: 'Comments', description: 'Answers to tweets.' },
  { name: 'Likes', description: 'Likes of tweets and comments.' },
  { name: 'Notifications', description: "What happened to the caller's things." },
];

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  description:
    'A request with the same key and body within 24 hours gets the stored answer again; with another body it is refused ' +
    'with 422, while the first is in flight with 409. Server errors, 429 and 401 are not stored.',
  schema: {
    type: 'string',
    minLength: 1,
    maxLength: 255,
    pattern: '^[\\x21-\\x7e]+$',
    examples: ['8e03978e-40d5-43dd-bc93-6894a57f9324'],
  },
};
const ifNoneMatch = {
  name: 'If-None-Match',
  in: 'header',
  description: 'The `ETag` of a representation that the client has; if it is still current, the answer is 304.',
  schema: { type: 'string' },
};
const bearer = {
  type: 'http',
  scheme: 'bearer',
  bearerFormat: 'JWT',
  description: 'The `access_token` of a session (RFC 9068).',
};

/** The OpenAPI 3.1 document of the routes: inputs from zod, answers from the operations' types, prose from the graph. */
export function createOpenApi(schema: GraphQLSchema, operations: Operations, routes: readonly Row[]): OpenApiDocument {
  const schemas: Components = new Map([['Problem', problemSchema]]);
  const paths: OpenApiDocument['paths'] = {};
  for (const row of routes) {
    const operation = operations.get(row.operation);
    if (!operation) throw new Error(`${row.path} names an unknown operation: ${row.operation}.`);
    paths[row.path] = { ...paths[row.path], [row.method]: operationObject(row, operation, schema, schemas) };
  }
  return {
    openapi: '3.1.1',
    info,
    servers: [{ url: '/api/v1' }],
    tags,
    paths,
    components: {
      schemas: Object.fromEntries(schemas),
      responses: problemResponses(routes),
      headers,
      parameters: { IdempotencyKey: idempotencyKey, IfNoneMatch: ifNoneMatch },
      securitySchemes: { bearer },
    },
  };
}

function operationObject(row: Row, operation: Operation, schema: GraphQLSchema, schemas: Components): JsonSchema {
  const { body } = row.input.shape;
  const security = { none: [], optional: [{}, { bearer: [] }], required: [{ bearer: [] }] }[row.auth];
  return {
    operationId: operation.name.charAt(0).toLowerCase() + operation.name.slice(1),
    tags: [row.tag],
    summary: row.summary,
    ...(row.method === 'get' ? {} : { description: rootFieldOf(schema, operation)?.description ?? row.summary }),
    security,
    parameters: parametersOf(row),
    ...(Object.keys(body.shape).length > 0 ? { requestBody: requestBody(operation.name, body, schemas) } : {}),
    responses: responsesOf(row, operation, schema, schemas),
  };
}

function parametersOf({ input, method, etag }: Row): JsonSchema[] {
  const { params, query } = input.shape;
  const parameters = [...parametersIn('path', params), ...parametersIn('query', query)];
  if (method === 'post') parameters.push({ $ref: '#/components/parameters/IdempotencyKey' });
  if (method === 'get' && etag) parameters.push({ $ref: '#/components/parameters/IfNoneMatch' });
  return parameters;
}

const objectJson = z.object({ properties: z.record(z.string(), z.record(z.string(), z.unknown())).default({}) });

const parametersIn = (place: 'path' | 'query', schema: z.ZodObject): JsonSchema[] =>
  Object.entries(objectJson.parse(inputSchema(schema)).properties).map(([name, { description, ...value }]) => ({
    name,
    in: place,
    required: place === 'path',
    description,
    schema: value,
  }));

function requestBody(operationName: string, body: z.ZodObject, schemas: Components): JsonSchema {
  const name = `${operationName}Input`;
  schemas.set(name, inputSchema(body));
  return { required: !body.safeParse({}).success, content: { 'application/json': { schema: refTo(name) } } };
}

function responsesOf(row: Row, operation: Operation, schema: GraphQLSchema, schemas: Components): JsonSchema {
  const content =
    row.result.kind === 'none'
      ? {}
      : { content: { 'application/json': { schema: resultSchema(row.result, shapeOf(schema, operation), schemas) } } };
  return {
    [row.status]: { description: row.status === 204 ? 'Done.' : row.summary, headers: successHeaders(row), ...content },
    ...(row.method === 'get' && row.etag ? { 304: notModified } : {}),
    ...Object.fromEntries(
      problemStatuses(row).map((status) => [status, { $ref: `#/components/responses/Problem${status}` }]),
    ),
  };
}
