import { readFile, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { composeServices } from '@apollo/composition';
import { parse as parseGraphql } from 'graphql';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
const target = resolve(root, 'supergraph.graphql');

const supergraphConfig = z.object({
  subgraphs: z.record(z.string(), z.object({ routing_url: z.string(), schema: z.object({ file: z.string() }) })),
});

/** Compose the subgraphs that `supergraph.yaml` (Rover's format) names into one supergraph SDL, without a network. */
async function composeSupergraph(): Promise<string> {
  const config = supergraphConfig.parse(parseYaml(await readFile(resolve(root, 'supergraph.yaml'), 'utf8')));
  const services = await Promise.all(
    Object.entries(config.subgraphs).map(async ([name, { routing_url: url, schema }]) => ({
      name,
      url,
      typeDefs: parseGraphql(await readFile(resolve(root, schema.file), 'utf8')),
    })),
  );
  const result = composeServices(services);
  if (result.errors) throw new Error(result.errors.map((error) => error.message).join('\n'));
  return `${result.supergraphSdl.trimEnd()}\n`;
}

const composed = await composeSupergraph();
if (process.argv.includes('--check')) {
  if (composed !== (await readFile(target, 'utf8'))) {
    console.error('supergraph.graphql is out of date: run `npm run compose` and commit the result.');
    process.exitCode = 1;
  }
} else {
  await writeFile(target, composed);
}
