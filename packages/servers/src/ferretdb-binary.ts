import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, digestOf } from './cache.ts';
import { runTool } from './tools.ts';
import type { Source } from './types.ts';

const sources = ['go.mod', 'go.sum', 'batches.go', 'commands.go', 'gate.go', 'main.go'].map((name) => ({
  name,
  url: new URL(`../ferretdb/${name}`, import.meta.url),
}));
const buildMs = 1_200_000;

/** The server of the Go module in `ferretdb/`, built once (some minutes) into the cache. Needs `go`. */
export async function findFerretDb({ cacheDir, log }: Source): Promise<string> {
  const name = `ferretdb-${await digestOf(sources.map(({ url }) => url))}`;
  const folder = await cached(cacheDir, name, async (fresh) => {
    log('building FerretDB with go, once; this takes some minutes');
    for (const source of sources) await copyFile(source.url, join(fresh, source.name));
    await runTool('go', ['build', '-o', 'ferretdb', '.'], { cwd: fresh, limitMs: buildMs });
  });
  return join(folder, 'ferretdb');
}
