import { type Environment, grpcTarget, mongoServiceConfig, readConfig } from '@minitwitter/service-kit/config';
import { z } from 'zod';

const tweetConfig = {
  FOLLOW_GRPC: grpcTarget,
  LIKE_GRPC: grpcTarget,
  COMMENT_GRPC: grpcTarget,
  /** How many tweets of a home timeline are kept in Redis; what is older is read from the database. */
  TIMELINE_CAPACITY: z.coerce.number().int().min(1).max(10_000).default(800),
};

/** The tweet service's environment, checked; throws a ConfigError that lists all that is wrong. */
export const loadConfig = (env: Environment) => readConfig({ ...mongoServiceConfig, ...tweetConfig }, env);

export type Config = ReturnType<typeof loadConfig>;
