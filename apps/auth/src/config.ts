import {
  type Environment,
  postgresConfig,
  readConfig,
  readServiceConfig,
  serviceConfig,
} from '@minitwitter/service-kit/config';
import { z } from 'zod';

const hour = 3600;
const day = 24 * hour;

const seconds = (fallback: number, least: number, most: number) =>
  z.coerce.number().int().min(least).max(most).default(fallback);

/** The auth service's environment, checked; throws a ConfigError that lists all that is wrong. */
export const loadConfig = (env: Environment) =>
  readServiceConfig(
    'auth',
    {
      ...serviceConfig,
      ...postgresConfig,
      /** Seconds that an access token is good for. */
      ACCESS_TOKEN_TTL: seconds(900, 1, hour),
      /** Seconds after which a session ends that nobody refreshes. */
      REFRESH_TOKEN_TTL: seconds(30 * day, 1, 400 * day),
      /** Seconds within which a refresh token that is used again gets the same answer; later its session ends. */
      REFRESH_GRACE: seconds(10, 0, 300),
      /** Seconds that a signing key signs; it verifies until what it signed has expired. */
      SIGNING_KEY_TTL: seconds(30 * day, 60, 400 * day),
    },
    env,
  );

export type Config = ReturnType<typeof loadConfig>;

/** What the command that grants a role reads. */
export const loadGrantConfig = (env: Environment) =>
  readConfig({ ...postgresConfig, REDIS_URL: serviceConfig.REDIS_URL }, env);
