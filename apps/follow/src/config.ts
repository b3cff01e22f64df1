import {
  type Environment,
  integer,
  peer,
  postgresServiceConfig,
  readServiceConfig,
} from '@minitwitter/service-kit/config';

const followConfig = {
  USER_GRPC: peer('user'),
  /** From how many followers on a user's tweets are merged on reading instead of being fanned out. */
  HEAVY_FOLLOWERS: integer(1, 1_000_000_000).default(10_000),
};

/** The follow service's environment, checked; throws a ConfigError that lists all that is wrong. */
export const loadConfig = (env: Environment) =>
  readServiceConfig('follow', { ...postgresServiceConfig, ...followConfig }, env);

export type Config = ReturnType<typeof loadConfig>;
