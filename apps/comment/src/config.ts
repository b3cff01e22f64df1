import { type Environment, mongoServiceConfig, peer, readServiceConfig } from '@minitwitter/service-kit/config';

/** The comment service's environment, checked; throws a ConfigError that lists all that is wrong. */
export const loadConfig = (env: Environment) =>
  readServiceConfig('comment', { ...mongoServiceConfig, TWEET_GRPC: peer('tweet'), LIKE_GRPC: peer('like') }, env);

export type Config = ReturnType<typeof loadConfig>;
