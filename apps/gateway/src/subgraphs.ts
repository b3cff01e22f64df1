import type { AnswerGraphql } from '@minitwitter/service-kit/subgraph';
import { type Tracer, untraced } from '@minitwitter/service-kit/tracing';
import { createDataSource, type DataSource } from './data-source.ts';
import { createHttpTransport } from './http-transport.ts';
import { createLocalTransport } from './local-transport.ts';
import { tracedTransport } from './transport.ts';

/** Subgraphs that run in this process, by name. */
export type LocalSubgraphs = ReadonlyMap<string, AnswerGraphql>;

export type Subgraph = DataSource & {
  /** Rejects unless the service says that it is ready; with a NotReadyError when it says what it misses. */
  checkReady: () => Promise<void>;
  [Symbol.asyncDispose]: () => Promise<void>;
};

/** A subgraph at a base URL; it is asked in process where `answer` is given. */
export function createSubgraph(
  name: string,
  baseUrl: string,
  answer?: AnswerGraphql,
  tracer: Tracer = untraced,
): Subgraph {
  const http = createHttpTransport(`The ${name} service`, baseUrl);
  const transport = answer ? createLocalTransport(answer) : http.transport;
  return { ...http, ...createDataSource(name, tracedTransport(name, transport, tracer)) };
}

/** Connect every subgraph; the connections close with the stack. */
export function openSubgraphs(
  urls: ReadonlyMap<string, string>,
  local: LocalSubgraphs,
  tracer: Tracer,
  stack: Pick<AsyncDisposableStack, 'use'>,
): ReadonlyMap<string, Subgraph> {
  const open = (name: string, url: string) => stack.use(createSubgraph(name, url, local.get(name), tracer));
  return new Map(Array.from(urls, ([name, url]) => [name, open(name, url)] as const));
}
