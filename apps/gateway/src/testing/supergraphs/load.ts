import { readdirSync, readFileSync } from 'node:fs';

/** The SDL of each subgraph, by name. */
export type Subgraphs = Readonly<Record<string, string>>;

const read = (url: URL): string => readFileSync(url, 'utf8');

/** Small supergraphs, which together have all that the planner knows to plan. */
export const supergraphNames = ['shop', 'media', 'search', 'ledger'] as const;

export function loadSupergraph(name: (typeof supergraphNames)[number]): Subgraphs {
  const folder = new URL(`./${name}/`, import.meta.url);
  const files = readdirSync(folder).filter((file) => file.endsWith('.graphql'));
  return Object.fromEntries(files.map((file) => [file.replace('.graphql', ''), read(new URL(file, folder))]));
}

/** The platform's own, from the services' schemas. */
export function loadPlatform(): Subgraphs {
  const names = ['auth', 'user', 'follow', 'tweet', 'comment', 'like', 'notification'];
  return Object.fromEntries(
    names.map((name) => [name, read(new URL(`../../../../${name}/schema.graphql`, import.meta.url))]),
  );
}
