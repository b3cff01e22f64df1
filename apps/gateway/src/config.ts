import { fileURLToPath } from 'node:url';
import { rateLimitConfig } from '@minitwitter/rest-bridge/config';
import {
  type Environment,
  httpUrl,
  identityConfig,
  port,
  readConfig,
  serviceConfig,
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
  AUTH_URL: httpUrl,
  USER_URL: httpUrl,
  FOLLOW_URL: httpUrl,
  TWEET_URL: httpUrl,
  COMMENT_URL: httpUrl,
  LIKE_URL: httpUrl,
  NOTIFICATION_URL: httpUrl,
  /** Another supergraph SDL than the committed one. */
  SUPERGRAPH_FILE: z.string().default(committedSupergraph),
  /** How many reverse proxies stand before the edge and are believed about `X-Forwarded-For`. */
  TRUST_PROXY: z.coerce.number().int().min(0).max(10).default(0),
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
