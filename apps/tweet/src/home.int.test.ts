import { openRedis } from '@minitwitter/service-kit/redis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { codeOf, type ServiceWorld, startWorld } from './testing/service-world.ts';

const nobodyListens = 'redis://127.0.0.1:1';

describe.each([
  { redis: 'present', overrides: { TIMELINE_CAPACITY: '6' } },
  { redis: 'away', overrides: { TIMELINE_CAPACITY: '6', REDIS_URL: nobodyListens } },
])('the home timeline with Redis $redis', ({ redis, overrides }) => {
  let world: ServiceWorld;
  beforeAll(async () => {
    world = await startWorld(overrides);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  type Person = Awaited<ReturnType<ServiceWorld['signUp']>>;

  async function walk(reader: Person, pageSize: number): Promise<string[]> {
    const contents: string[] = [];
    for (let token = ''; ; ) {
      const { tweets, nextPageToken } = await reader.home(pageSize, token);
      contents.push(...tweets.map(({ content }) => content));
      if (nextPageToken === '') return contents;
      token = nextPageToken;
    }
  }

  async function people() {
    const [ann, bob, cid] = [await world.signUp(), await world.signUp(), await world.signUp()];
    world.graph.follow(ann.userId, bob.userId);
    world.graph.follow(ann.userId, cid.userId);
    return { ann, bob, cid };
  }

  it('shows own and followed tweets at once, newest first, over any page size', async () => {
    const { ann, bob, cid } = await people();
    const stranger = await world.signUp();
    await stranger.write('stranger');
    const written: string[] = [];
    for (let n = 0; n < 12; n += 1) {
      for (const author of [ann, bob, cid]) {
        written.unshift(`${n} ${author.userId}`);
        await author.write(`${n} ${author.userId}`);
        expect((await ann.home(2)).tweets[0]?.content).toBe(written[0]);
      }
    }
    for (const pageSize of [1, 5, 36, 100]) expect(await walk(ann, pageSize)).toEqual(written);
  });

  it('follows follows, unfollows, deletions and accounts that grow heavy', async () => {
    const { ann, bob, cid } = await people();
    const [b1, c1] = [await bob.write('b1'), await cid.write('c1')];
    expect(await walk(ann, 1)).toEqual(['c1', 'b1']);
    world.graph.unfollow(ann.userId, cid.userId);
    expect(await walk(ann, 1)).toEqual(['b1']);
    world.graph.follow(ann.userId, cid.userId);
    world.graph.makeHeavy(cid.userId);
    await cid.write('c2');
    expect(await walk(ann, 2)).toEqual(['c2', 'c1', 'b1']);
    await world.rpc.deleteTweet({ id: c1 }, cid.context());
    await world.rpc.deleteTweet({ id: b1 }, bob.context());
    expect(await walk(ann, 1)).toEqual(['c2']);
    expect(await walk(cid, 1)).toEqual(['c2']);
  });

  it('neither repeats nor skips what was there, while others write and delete', async () => {
    const { ann, bob, cid } = await people();
    const old: string[] = [];
    for (let n = 0; n < 20; n += 1) old.unshift((await (n % 2 ? bob : cid).write(`old ${n}`)) && `old ${n}`);
    let writing = true;
    const noise = (async () => {
      while (writing) await world.rpc.deleteTweet({ id: await bob.write('noise') }, bob.context());
    })();
    const seen = await walk(ann, 3);
    writing = false;
    await noise;
    expect(seen.filter((content) => content !== 'noise')).toEqual(old);
  });

  it('is the same through both doors, and in both directions', async () => {
    const { ann, bob } = await people();
    for (let n = 0; n < 9; n += 1) await bob.write(`${n}`);
    const query = `query ($first: Int, $after: String, $last: Int, $before: String) {
      homeTimeline(first: $first, after: $after, last: $last, before: $before) {
        edges { node { content } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;
    const page = async (variables: object) => {
      const { edges, pageInfo } = Object((await world.ask(query, variables, ann.token)).data).homeTimeline;
      return { contents: edges.map((edge: { node: { content: string } }) => edge.node.content).join(''), pageInfo };
    };
    const first = await page({ first: 4 });
    expect(first).toMatchObject({ contents: '8765', pageInfo: { hasNextPage: true, hasPreviousPage: false } });
    const second = await page({ first: 5, after: first.pageInfo.endCursor });
    expect(second).toMatchObject({ contents: '43210', pageInfo: { hasNextPage: false, hasPreviousPage: true } });
    const back = await page({ last: 3, before: second.pageInfo.startCursor });
    expect(back).toMatchObject({ contents: '765', pageInfo: { hasNextPage: true, hasPreviousPage: true } });
    expect(await page({ last: 2 })).toMatchObject({ contents: '10', pageInfo: { hasNextPage: false } });
    expect((await ann.home(4)).tweets.map(({ content }) => content).join('')).toBe('8765');
    expect(await codeOf(ann.home(101))).toBe('INVALID_ARGUMENT');
    expect(await codeOf(ann.home(5, 'bogus'))).toBe('INVALID_ARGUMENT');
  });

  it.runIf(redis === 'present')(
    'is fanned out to timelines that are in use, and only so many tweets deep',
    async () => {
      const { ann, bob } = await people();
      await ann.home(5);
      for (let n = 0; n < 9; n += 1) await bob.write(`${n}`);
      const client = await openRedis(world.env.REDIS_URL ?? '');
      const inTimeline = (userId: string) => client.zcard(`timeline:${userId}`);
      await vi.waitFor(async () => expect(await inTimeline(ann.userId)).toBe(8), 5000);
      expect(await inTimeline(bob.userId)).toBe(0);
      client.disconnect();
      expect(await walk(ann, 2)).toHaveLength(9);
    },
  );
});
