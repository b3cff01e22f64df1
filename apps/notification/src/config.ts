import { type Environment, mongoServiceConfig, peer, readServiceConfig } from '@minitwitter/service-kit/config';

/** The notification service's environment, checked; throws a ConfigError that lists all that is wrong. */
export const loadConfig = (env: Environment) =>
  readServiceConfig('notification', { ...mongoServiceConfig, USER_GRPC: peer('user') }, env);

export type Config = ReturnType<typeof loadConfig>;
