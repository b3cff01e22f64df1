import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApolloServer, HeaderMap } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { Logger } from 'pino';
import { type RequestContext, readTraceparent } from './context.ts';
import type { ContextFactory, RequestHeaders } from './context-factory.ts';
import { createDocumentStore } from './document-store.ts';
import { formatGraphqlError } from './graphql-errors.ts';
import type { HttpHandler } from './http-server.ts';
import { buildSchema, type GraphqlContext, type SchemaOptions } from './subgraph-schema.ts';
import type { Tracer, Work } from './tracing.ts';

type SubgraphOptions<Loaders> = SchemaOptions<Loaders> & {
  createLoaders: (context: RequestContext) => Loaders;
  createContext: ContextFactory;
  tracer: Tracer;
  log: Logger;
};

/** One request of the edge, whichever way it comes. */
const work: Work = {
  name: 'POST /graphql',
  kind: 'server',
  attributes: { 'http.request.method': 'POST', 'http.route': '/graphql' },
};

const maxBodyBytes = 1024 * 1024;
const maxTokens = 4000;

/** A request of a caller in the same process; `variables` is a JSON object. */
type LocalRequest = { query: string; operationName?: string | undefined; variables: string };

/** Answer a caller in the same process as one over HTTP would be; what it gets, it may change. */
export type AnswerGraphql = (
  request: LocalRequest,
  headers: RequestHeaders,
) => Promise<{ data?: unknown; errors?: unknown }>;

export type Subgraph = {
  /** Answers HTTP requests. */
  handle: HttpHandler;
  answer: AnswerGraphql;
  [Symbol.asyncDispose]: () => Promise<void>;
};

/** Serve a federated subgraph by an Apollo Server. */
export async function createSubgraph<Loaders>(options: SubgraphOptions<Loaders>): Promise<Subgraph> {
  const { createContext, createLoaders, tracer, log } = options;
  const server = new ApolloServer<GraphqlContext<Loaders>>({
    schema: buildSchema(options),
    parseOptions: { maxTokens, noLocation: true },
    documentStore: createDocumentStore(),
    csrfPrevention: false,
    stopOnTerminationSignals: false,
    includeStacktraceInErrorResponses: false,
    logger: log,
    plugins: [
      // Two of these would hook into every field.
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
    formatError: (formatted, error) =>
      formatGraphqlError(formatted, error, (cause) => log.error({ err: cause }, 'request failed')),
  });
  await server.start();

  const contextOf = async (headers: RequestHeaders): Promise<GraphqlContext<Loaders>> => {
    const request = await createContext(headers);
    return { request, loaders: createLoaders(request) };
  };

  async function answerHttp(request: IncomingMessage, response: ServerResponse, traceparent: string): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://subgraph');
    const headers = new HeaderMap();
    for (const [name, value] of Object.entries(request.headers)) {
      if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
    }
    const { body, head, status } = await server
      .executeHTTPGraphQLRequest({
        httpGraphQLRequest: {
          method: request.method ?? 'GET',
          headers,
          search: url.search,
          body: await readJson(request),
        },
        context: () =>
          contextOf({
            authorization: headers.get('authorization'),
            requestId: headers.get('x-request-id'),
            traceparent,
            timeoutMs: headers.get('x-timeout-ms'),
            userAgent: headers.get('user-agent'),
            clientIp: firstOf(headers.get('x-forwarded-for')),
          }),
      })
      .then((result) => ({ body: result.body, head: result.headers, status: result.status ?? 200 }));
    if (body.kind === 'complete') head.set('content-length', String(Buffer.byteLength(body.string)));
    response.writeHead(status, Object.fromEntries(head));
    response.end(body.kind === 'complete' ? body.string : '');
  }

  const answerLocal: AnswerGraphql = async ({ query, operationName, variables }, headers) => {
    const { body } = await server.executeOperation(
      { query, ...(operationName !== undefined && { operationName }), variables: JSON.parse(variables) },
      { contextValue: await contextOf(headers) },
    );
    if (body.kind !== 'single') throw new Error('A subgraph answers in one piece.');
    return body.singleResult;
  };

  const handle: HttpHandler = (request, response) => {
    const given = request.headers.traceparent;
    const parent = readTraceparent(typeof given === 'string' ? given : undefined);
    return tracer.run(work, parent, (traceparent) => answerHttp(request, response, traceparent));
  };
  const answer: AnswerGraphql = (request, headers) =>
    tracer.run(work, readTraceparent(headers.traceparent), (traceparent) =>
      answerLocal(request, { ...headers, traceparent }),
    );

  return { handle, answer, [Symbol.asyncDispose]: () => server.stop() };
}

/** The first entry of a list header: of `X-Forwarded-For` the client, as the edge says; nobody else reaches a subgraph. */
const firstOf = (list: string | undefined): string | undefined => list?.split(',', 1)[0]?.trim() || undefined;

/** The JSON body of a POST; undefined when it is missing, too large or malformed, which Apollo answers with 400. */
async function readJson(request: IncomingMessage): Promise<unknown> {
  if (!request.headers['content-type']?.startsWith('application/json')) return undefined;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBodyBytes) return undefined;
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return undefined;
  }
}
