import { type Environment, grpcTarget, mongoServiceConfig, readConfig } from '@minitwitter/service-kit/config';

/** The notification service's environment, checked; throws a ConfigError that lists all that is wrong. */
export const loadConfig = (env: Environment) => readConfig({ ...mongoServiceConfig, USER_GRPC: grpcTarget }, env);

export type Config = ReturnType<typeof loadConfig>;
