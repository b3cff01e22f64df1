import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import * as glue from '@prisma/schema-engine-wasm/schema_engine_bg';
import { createCatalogAdapter } from './catalog-adapter.ts';

/** The part used here of a global that the library es2024 does not name. */
declare const WebAssembly: {
  instantiate(module: Uint8Array, imports: object): Promise<{ instance: { exports: Record<string, unknown> } }>;
};

const ENGINE = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg');
/** The engine's calls apply to every table. */
export const NO_FILTER = { externalTables: [], externalEnums: [] };

let loaded: Promise<void> | undefined;

async function load(): Promise<void> {
  const wasm = await readFile(join(dirname(ENGINE), 'schema_engine_bg.wasm'));
  const { instance } = await WebAssembly.instantiate(wasm, { './schema_engine_bg.js': { ...glue } });
  glue.__wbg_set_wasm(instance.exports);
  const start = instance.exports.__wbindgen_start;
  if (typeof start === 'function') start();
}

/**
 * Prisma's schema engine, as WebAssembly on the pg driver: what `prisma migrate` downloads a binary for. It connects at
 * the first call. Errors are the engine's own, with Prisma's codes (P3009 and so on).
 */
export async function openSchemaEngine(databaseUrl: string): Promise<glue.SchemaEngine> {
  loaded ??= load();
  await loaded;
  const adapter = bindMigrationAwareSqlAdapterFactory(createCatalogAdapter(databaseUrl));
  return await glue.SchemaEngine.new({ datamodels: undefined }, () => undefined, adapter);
}
