import { type Environment, mongoServiceConfig, peer, readServiceConfig } from '@minitwitter/service-kit/config';

/** The like service's environment, checked; throws a ConfigError that lists all that is wrong. */
export const loadConfig = (env: Environment) =>
  readServiceConfig('like', { ...mongoServiceConfig, TWEET_GRPC: peer('tweet'), COMMENT_GRPC: peer('comment') }, env);

export type Config = ReturnType<typeof loadConfig>;
