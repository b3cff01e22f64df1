import { type Environment, grpcTarget, mongoServiceConfig, readConfig } from '@minitwitter/service-kit/config';

/** The like service's environment, checked; throws a ConfigError that lists all that is wrong. */
export const loadConfig = (env: Environment) =>
  readConfig({ ...mongoServiceConfig, TWEET_GRPC: grpcTarget, COMMENT_GRPC: grpcTarget }, env);

export type Config = ReturnType<typeof loadConfig>;
