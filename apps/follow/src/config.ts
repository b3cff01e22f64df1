import { type Environment, grpcTarget, postgresServiceConfig, readConfig } from '@minitwitter/service-kit/config';
import { z } from 'zod';

const followConfig = {
  USER_GRPC: grpcTarget,
  /** From how many followers on a user's tweets are merged on reading instead of being fanned out. */
  HEAVY_FOLLOWERS: z.coerce.number().int().min(1).default(10_000),
};

/** The follow service's environment, checked; throws a ConfigError that lists all that is wrong. */
export const loadConfig = (env: Environment) => readConfig({ ...postgresServiceConfig, ...followConfig }, env);

export type Config = ReturnType<typeof loadConfig>;
