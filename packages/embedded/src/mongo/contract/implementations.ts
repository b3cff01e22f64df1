import { type Collection, type Document, MongoClient } from 'mongodb';
import { afterAll, beforeAll } from 'vitest';
import { startMongo } from '../server.ts';
import { tempDir } from '../testing.ts';

/** A document store under contract; `fresh` gives a collection that nobody else has. */
type Store = { fresh: <Schema extends Document = Document>() => Collection<Schema> };
type OpenStore = () => Promise<Store & AsyncDisposable>;

async function openEmbedded(): Promise<Store & AsyncDisposable> {
  await using stack = new AsyncDisposableStack();
  const dir = stack.use(await tempDir());
  const server = stack.use(await startMongo({ dataDir: dir.path }));
  const { fresh } = stack.use(await connect(server.url));
  const opened = stack.move();
  return { fresh, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

/** One store for the tests of a suite. */
export function useStore(open: OpenStore): Store {
  let store: Awaited<ReturnType<OpenStore>> | undefined;
  beforeAll(async () => {
    store = await open();
  });
  afterAll(() => store?.[Symbol.asyncDispose]());
  return {
    fresh: () => {
      if (!store) throw new Error('the store is not open yet');
      return store.fresh();
    },
  };
}

/** Every implementation of the document store keeps this contract; a real server joins when its address is given. */
export const implementations = (url: string | undefined) => [
  { name: 'the embedded server', open: openEmbedded },
  ...(url ? [{ name: 'the named server', open: () => connect(url) }] : []),
];

/** As the services connect; in a database of its own, which goes with the connection. */
async function connect(url: string): Promise<Store & AsyncDisposable> {
  const client = await new MongoClient(url, { ignoreUndefined: true, serverSelectionTimeoutMS: 5000 }).connect();
  const db = client.db(`contract_${crypto.randomUUID().slice(0, 8)}`);
  let made = 0;
  return {
    fresh: () => db.collection(`c${++made}`),
    [Symbol.asyncDispose]: async () => {
      await db.dropDatabase();
      await client.close();
    },
  };
}
