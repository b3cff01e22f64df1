import { randomBytes } from 'node:crypto';
import { type CollectedSpan, startCollector } from '@minitwitter/service-kit/testing-collector';
import { createClient } from 'graphql-ws';
import { expect, it } from 'vitest';
import { startFreshPlatform } from './support/platform.ts';
import { createRest, register, type Session } from './support/rest.ts';
import { eventually, expectStatus } from './support/world.ts';

const query = `subscription { notificationReceived(after: "${'0'.repeat(24)}") { id message actor { username } } }`;

/** Resolves with the first notification that reaches a socket. */
async function firstNotification(url: string, { token }: Session): Promise<unknown> {
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    connectionParams: { authorization: `Bearer ${token}` },
  });
  try {
    for await (const { data } of client.iterate({ query })) return data;
    throw new Error('the subscription ended');
  } finally {
    await client.dispose();
  }
}

const label = ({ service, name }: CollectedSpan) => `${service}: ${name}`;

/** A trace as a tree of labels, of what is below one span. */
function treeOf(spans: readonly CollectedSpan[], parent: string): Record<string, unknown> {
  const children = spans.filter(({ parentSpanId }) => parentSpanId === parent);
  return Object.fromEntries(children.map((span) => [label(span), treeOf(spans, span.spanId)]));
}

it('one trace leads from a like over REST to the socket of the author of the tweet', async () => {
  await using collector = await startCollector();
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '50' };
  await using platform = await startFreshPlatform(env);
  const rest = createRest(platform.url, () => undefined);
  const [ann, ben] = await Promise.all([register(rest, 'ann'), register(rest, 'ben')]);
  const content = 'nobody but readers should see this';
  const body = { content };
  const tweet = await expectStatus<{ id: string }>(201, rest('POST', '/tweets', { body, token: ann.token }));
  const notified = firstNotification(platform.url, ann);

  const [traceId, caller] = [randomBytes(16).toString('hex'), randomBytes(8).toString('hex')];
  const headers = { traceparent: `00-${traceId}-${caller}-01` };
  await expectStatus(200, rest('POST', `/tweets/${tweet.id}/like`, { token: ben.token, headers }));
  expect(await notified).toMatchObject({ notificationReceived: { actor: { username: ben.username } } });

  const spans = () => collector.spans().filter((span) => span.traceId === traceId);
  const tree = await eventually(async () => {
    const found = treeOf(spans(), caller);
    expect(JSON.stringify(found)).toMatch(/push notificationReceived.*user: POST \/graphql/);
    return found;
  });
  const answered = expect.objectContaining({});
  expect(tree).toMatchObject({
    'gateway: POST /api/v1/tweets/{tweet_id}/like': {
      'gateway: mutation LikeTweet': {
        'gateway: fetch like': {
          'like: POST /graphql': {
            'like: minitwitter.tweet.v1.TweetService/GetTweet': {
              'tweet: minitwitter.tweet.v1.TweetService/GetTweet': {},
            },
            'like: send minitwitter.like.v1': {},
            'tweet: process minitwitter.like.v1': {
              'tweet: minitwitter.like.v1.LikeService/BatchGetCounts': answered,
            },
            'notification: process minitwitter.like.v1': {
              'notification: minitwitter.user.v1.UserService/BatchGetUsers': answered,
              'gateway: push notificationReceived': { 'gateway: fetch user': { 'user: POST /graphql': {} } },
            },
          },
        },
      },
    },
  });
  const known = new Set([caller, ...spans().map(({ spanId }) => spanId)]);
  expect(spans().filter(({ parentSpanId = '' }) => !known.has(parentSpanId))).toEqual([]);
  expect(spans().filter(({ failed }) => failed)).toEqual([]);
  const told = JSON.stringify(collector.spans());
  for (const secret of [ben.username, ben.email, ben.token, ben.id, content]) expect(told).not.toContain(secret);
});
