import {
  type Environment,
  integer,
  mongoServiceConfig,
  peer,
  readServiceConfig,
} from '@minitwitter/service-kit/config';

const tweetConfig = {
  FOLLOW_GRPC: peer('follow'),
  LIKE_GRPC: peer('like'),
  COMMENT_GRPC: peer('comment'),
  /** How many tweets of a home timeline are kept in Redis; what is older is read from the database. */
  TIMELINE_CAPACITY: integer(1, 10_000).default(800),
};

/** The tweet service's environment, checked; throws a ConfigError that lists all that is wrong. */
export const loadConfig = (env: Environment) =>
  readServiceConfig('tweet', { ...mongoServiceConfig, ...tweetConfig }, env);

export type Config = ReturnType<typeof loadConfig>;
