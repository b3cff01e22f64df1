import {
  type Environment,
  httpUrl,
  identityConfig,
  integer,
  port,
  readConfig,
  serviceConfig,
  tracingConfig,
} from '@minitwitter/service-kit/config';
import type { z } from 'zod';
import type { RateQuotas } from './rate-limit.ts';

const perMinute = (fallback: number) => integer(1, 1_000_000).default(fallback);

/** Requests a minute, for whoever serves the bridge. */
export const rateLimitConfig = {
  RATE_LIMIT: serviceConfig.RATE_LIMIT,
  RATE_LIMIT_AUTH: perMinute(60),
  RATE_LIMIT_WRITE: perMinute(300),
  RATE_LIMIT_READ: perMinute(1200),
};

/** The quotas that the configuration sets, or null with `RATE_LIMIT=off`. */
export const quotasOf = (config: z.output<z.ZodObject<typeof rateLimitConfig>>): RateQuotas | null =>
  config.RATE_LIMIT
    ? { auth: config.RATE_LIMIT_AUTH, write: config.RATE_LIMIT_WRITE, read: config.RATE_LIMIT_READ }
    : null;

const { HOST, LOG_LEVEL, REDIS_URL } = serviceConfig;

/** The environment of a bridge on its own, checked; throws a ConfigError that lists all that is wrong. */
export const loadConfig = (env: Environment) =>
  readConfig(
    {
      ...{ HOST, LOG_LEVEL, REDIS_URL, ...rateLimitConfig, ...identityConfig, ...tracingConfig },
      PORT: port.default(4080),
      GATEWAY_URL: httpUrl.default('http://127.0.0.1:4000'),
      /** How many proxies in front of the bridge are trusted to name the client's address. */
      TRUST_PROXY: integer(0, 10).default(0),
    },
    env,
  );

export type Config = ReturnType<typeof loadConfig>;
