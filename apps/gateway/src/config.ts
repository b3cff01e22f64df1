import { fileURLToPath } from 'node:url';
import { rateLimitConfig } from '@minitwitter/rest-bridge/config';
import {
  type Environment,
  identityConfig,
  integer,
  peer,
  port,
  readConfig,
  serviceConfig,
  subgraphUrl,
  tracingConfig,
} from '@minitwitter/service-kit/config';
import { z } from 'zod';

const { HOST, LOG_LEVEL, REDIS_URL } = serviceConfig;
const committedSupergraph = fileURLToPath(new URL('../../../supergraph.graphql', import.meta.url));

const edgeConfig = {
  /** Loopback unless set: `0.0.0.0` or `::` opens the edge to the network. */
  HOST,
  PORT: port.default(4000),
  LOG_LEVEL,
  REDIS_URL,
  ...rateLimitConfig,
  ...identityConfig,
  ...tracingConfig,
  AUTH_URL: subgraphUrl('auth'),
  USER_URL: subgraphUrl('user'),
  FOLLOW_URL: subgraphUrl('follow'),
  TWEET_URL: subgraphUrl('tweet'),
  COMMENT_URL: subgraphUrl('comment'),
  LIKE_URL: subgraphUrl('like'),
  NOTIFICATION_URL: subgraphUrl('notification'),
  /** Another supergraph SDL than the committed one. */
  SUPERGRAPH_FILE: z.string().default(committedSupergraph),
  /** `apollo` executes plans as @apollo/gateway does, instead of compiling them. */
  GATEWAY_EXECUTOR: z.enum(['compiled', 'apollo'], { error: 'must be compiled or apollo' }).default('compiled'),
  /** How many WebSockets and event streams one user may hold open, and all users together. */
  LIVE_PER_USER: integer(1, 100_000).default(50),
  LIVE_TOTAL: integer(1, 100_000).default(10_000),
  NOTIFICATION_GRPC: peer('notification'),
  TWEET_GRPC: peer('tweet'),
  /** How many reverse proxies stand before the edge and are believed about `X-Forwarded-For`. */
  TRUST_PROXY: integer(0, 10).default(0),
};

export type EdgeConfig = z.output<z.ZodObject<typeof edgeConfig>>;

/** Read and check the edge's environment; throws a ConfigError that lists all that is wrong. */
export const loadConfig = (env: Environment): EdgeConfig => readConfig(edgeConfig, env);

/** The base URL of each subgraph, by its name in the supergraph. */
export const subgraphUrls = (config: EdgeConfig): ReadonlyMap<string, string> =>
  new Map([
    ['auth', config.AUTH_URL],
    ['user', config.USER_URL],
    ['follow', config.FOLLOW_URL],
    ['tweet', config.TWEET_URL],
    ['comment', config.COMMENT_URL],
    ['like', config.LIKE_URL],
    ['notification', config.NOTIFICATION_URL],
  ]);
