import { createSubgraph, type Subgraph } from './data-source.ts';

/** Connect every subgraph; the connections close with the stack. */
export function openSubgraphs(
  urls: ReadonlyMap<string, string>,
  stack: Pick<AsyncDisposableStack, 'use'>,
): ReadonlyMap<string, Subgraph> {
  return new Map(Array.from(urls, ([name, url]) => [name, stack.use(createSubgraph(name, url))] as const));
}
