import { randomUUID } from 'node:crypto';
import { PrismaPg } from '@prisma/adapter-pg';
import {
  ColumnTypeEnum,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils';
import pg from 'pg';

const CHAR = 18;
const TEXT = 25;

/**
 * The pg driver for the schema engine. The engine reads PostgreSQL's catalogs, whose one-byte "char" columns
 * @prisma/adapter-pg 7.10 refuses: they are fetched as text here and told as characters. And its shadow database is
 * made here, because the adapter's own, given a connection string, is the database itself.
 */
export function createCatalogAdapter(databaseUrl: string): SqlMigrationAwareDriverAdapterFactory {
  const charColumns = new Set<string>();
  const connect = async (url: string) => {
    const options = { Client: catalogClient(charColumns), connectionTimeoutMillis: 5_000, idleTimeoutMillis: 1 };
    return tellingCharacters(await new PrismaPg({ connectionString: url, ...options }).connect(), charColumns);
  };
  return {
    provider: 'postgres',
    adapterName: '@prisma/adapter-pg',
    connect: () => connect(databaseUrl),
    connectToShadowDb: async () => {
      const name = `shadow_${randomUUID()}`;
      const admin = await connect(databaseUrl);
      await admin.executeScript(`CREATE DATABASE "${name}"`);
      const shadow = await connect(databaseNamed(name, databaseUrl));
      const dispose = shadow.dispose.bind(shadow);
      shadow.dispose = async () => {
        await dispose();
        await admin.executeScript(`DROP DATABASE "${name}"`);
        await admin.dispose();
      };
      return shadow;
    },
  };
}

function databaseNamed(name: string, databaseUrl: string): string {
  const url = new URL(databaseUrl);
  url.pathname = `/${name}`;
  return url.href;
}

function catalogClient(charColumns: Set<string>): typeof pg.Client {
  return class extends pg.Client {
    constructor(config?: string | pg.ClientConfig) {
      super(config);
      this.connection.prependListener('rowDescription', ({ fields }: { fields: pg.FieldDef[] }) => {
        for (const field of fields) {
          if (field.dataTypeID !== CHAR) continue;
          charColumns.add(field.name);
          field.dataTypeID = TEXT;
        }
      });
    }
  };
}

function tellingCharacters(adapter: SqlDriverAdapter, charColumns: Set<string>): SqlDriverAdapter {
  const queryRaw = adapter.queryRaw.bind(adapter);
  adapter.queryRaw = async (query) => {
    const result = await queryRaw(query);
    const columnTypes = result.columnTypes.map((type, i) =>
      charColumns.has(result.columnNames[i] ?? '') ? ColumnTypeEnum.Character : type,
    );
    return { ...result, columnTypes };
  };
  return adapter;
}
