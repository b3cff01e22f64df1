import { createObjectIds } from '@minitwitter/service-kit/object-ids';
import type { PageRequest } from '@minitwitter/service-kit/paging';
import { startTestServers } from '@minitwitter/service-kit/testing';
import { type Document, MongoClient } from 'mongodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createStore, type Store } from './store.ts';

const newId = createObjectIds();
const users = Array.from({ length: 10 }, () => crypto.randomUUID());
const ids = Array.from({ length: 400 }, () => newId());
const limit = 10;
const stack = new AsyncDisposableStack();
const commands: Document[] = [];
let client: MongoClient;
let store: Store;

beforeAll(async () => {
  // How a query is run is told in these words by the embedded server alone.
  const { env } = stack.use(await startTestServers(['mongodb'], {}));
  client = stack.use(new MongoClient(env.MONGODB_URL ?? '', { monitorCommands: true }));
  client.on('commandStarted', ({ command, commandName }) => {
    if (commandName === 'find') commands.push(command);
  });
  store = await createStore(client.db('test'));
  for (const [n, id] of ids.entries()) {
    const userId = users[n % users.length] ?? '';
    const found = { hashtags: ['common', `tag${n}`], terms: ['common', `word${n}`] };
    await store.insert({ id, userId, content: `${n}`, createdAt: new Date(), ...found }, []);
  }
  await store.markFannedOut(ids.slice(0, -40));
});
afterAll(() => stack.disposeAsync());

const middle = ids[200] ?? '';
const all = { userId: null, terms: [], hashtag: null };
const page = { list: 'tweets', limit };
const pages: PageRequest[] = [
  { ...page, cursor: null, forward: true },
  { ...page, cursor: middle, forward: true },
  { ...page, cursor: middle, forward: false },
];
const reads: [string, (page: PageRequest) => Promise<unknown>][] = [
  ['all tweets', (page) => store.list(all, page)],
  ['a user', (page) => store.list({ ...all, userId: users[3] ?? '' }, page)],
  ['a hashtag', (page) => store.list({ ...all, hashtag: 'common' }, page)],
  ['a word', (page) => store.list({ ...all, terms: ['common'] }, page)],
  ['many authors', (page) => store.listByAuthors(users.slice(0, 5), page)],
  ['ids of many authors', ({ cursor }) => store.newestIds(users.slice(0, 5), cursor, limit)],
  ['what is not fanned out', ({ cursor }) => store.pendingFanOut(cursor, limit)],
  ['one by id', () => store.find(middle)],
  ['some by id', () => store.findMany(ids.slice(0, limit))],
];

it.each(reads)('the query for %s reads about a page from an index, in its order', async (_, read) => {
  for (const page of pages) {
    commands.length = 0;
    await read(page);
    for (const { lsid: _lsid, $db: _db, ...command } of commands) {
      const { queryPlanner, executionStats } = await client
        .db('test')
        .command({ explain: command, verbosity: 'executionStats' });
      expect(queryPlanner.winningPlan).toMatchObject({ stage: 'IXSCAN', sortedInMemory: false });
      expect(executionStats.totalDocsExamined).toBeLessThanOrEqual(limit + 1);
    }
    expect(commands).not.toHaveLength(0);
  }
});

it('gives the page of more authors than are read at a time as if they were read at once', async () => {
  const authors = Array.from({ length: 450 }, (_, n) => (n % 45 === 0 && users[n / 45]) || crypto.randomUUID());
  for (const page of pages) expect(await store.listByAuthors(authors, page)).toEqual(await store.list(all, page));
  const below = ids.slice(0, 200).reverse();
  expect(await store.newestIds(authors, middle, 150)).toEqual(below.slice(0, 150));
});
