import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { ApolloServer, HeaderMap } from '@apollo/server';
import { buildSubgraphSchema } from '@apollo/subgraph';
import type { GraphQLResolverMap } from '@apollo/subgraph/dist/schema-helper/resolverMap.js';
import { type GraphQLFieldResolver, type GraphQLSchema, parse } from 'graphql';
import type { Logger } from 'pino';
import { optionalCaller, type RequestContext } from './context.ts';
import type { ContextFactory } from './context-factory.ts';
import { toDomainError } from './errors.ts';
import { formatGraphqlError, toGraphqlError } from './graphql-errors.ts';
import type { HttpHandler } from './http-server.ts';
import { dateTime } from './scalars.ts';

/** What resolvers get: the request's context and its loaders. */
export type GraphqlContext<Loaders> = { request: RequestContext; loaders: Loaders };

export type Resolvers<Loaders> = GraphQLResolverMap<GraphqlContext<Loaders>>;

type SubgraphOptions<Loaders> = {
  schemaFile: URL;
  resolvers: Resolvers<Loaders>;
  createLoaders: (context: RequestContext) => Loaders;
  createContext: ContextFactory;
  /** Root fields that may be asked with credentials that are not good, such as a login. */
  open?: readonly string[];
  log: Logger;
};

const maxBodyBytes = 1024 * 1024;
const maxTokens = 4000;

export type Subgraph = { handle: HttpHandler; [Symbol.asyncDispose]: () => Promise<void> };

/** Serve a federated subgraph: an Apollo Server whose resolvers throw DomainErrors; `handle` answers its HTTP requests. */
export async function createSubgraph<Loaders>(options: SubgraphOptions<Loaders>): Promise<Subgraph> {
  const { createContext, createLoaders, log } = options;
  const server = new ApolloServer<GraphqlContext<Loaders>>({
    schema: buildSchema(options),
    parseOptions: { maxTokens },
    csrfPrevention: false,
    stopOnTerminationSignals: false,
    includeStacktraceInErrorResponses: false,
    logger: log,
    formatError: (formatted, error) =>
      formatGraphqlError(formatted, error, (cause) => log.error({ err: cause }, 'request failed')),
  });
  await server.start();

  const handle: HttpHandler = async (request, response) => {
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
        context: async () => {
          const context = await createContext({
            authorization: headers.get('authorization'),
            requestId: headers.get('x-request-id'),
            traceparent: headers.get('traceparent'),
            timeoutMs: headers.get('x-timeout-ms'),
            userAgent: headers.get('user-agent'),
            clientIp: firstOf(headers.get('x-forwarded-for')),
          });
          return { request: context, loaders: createLoaders(context) };
        },
      })
      .then((result) => ({ body: result.body, head: result.headers, status: result.status ?? 200 }));
    response.writeHead(status, Object.fromEntries(head));
    if (body.kind === 'complete') response.end(body.string);
    else response.end();
  };

  return { handle, [Symbol.asyncDispose]: () => server.stop() };
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

function buildSchema<Loaders>({ schemaFile, resolvers, open = [] }: SubgraphOptions<Loaders>): GraphQLSchema {
  const typeDefs = parse(readFileSync(schemaFile, 'utf8'));
  const usesDateTime = typeDefs.definitions.some((node) => node.kind === 'ScalarTypeDefinition');
  const schema = buildSubgraphSchema({
    typeDefs,
    resolvers: { ...(usesDateTime && { DateTime: dateTime }), ...resolvers } as GraphQLResolverMap<unknown>,
  });
  for (const type of Object.values(schema.getTypeMap())) {
    if (!('getFields' in type) || type.name.startsWith('_')) continue;
    const isRoot = type === schema.getQueryType() || type === schema.getMutationType();
    for (const field of Object.values(type.getFields())) {
      if (!('resolve' in field) || !field.resolve || field.name.startsWith('_')) continue;
      field.resolve = guard(field.resolve, isRoot && !open.includes(field.name));
    }
  }
  return schema;
}

type Resolver = GraphQLFieldResolver<unknown, GraphqlContext<unknown>>;

/** Make a resolver's failures GraphQL errors of the contract; a checked one refuses credentials that are not good. */
function guard(resolve: Resolver, checked: boolean): Resolver {
  return async (source, args, context, info) => {
    try {
      if (checked) optionalCaller(context.request);
      return await resolve(source, args, context, info);
    } catch (error) {
      const known = toDomainError(error);
      if (known.code === 'INTERNAL') {
        const path = `${info.parentType.name}.${info.fieldName}`;
        context.request.log.error({ err: known.cause, path }, 'resolver failed');
      }
      throw toGraphqlError(known);
    }
  };
}
