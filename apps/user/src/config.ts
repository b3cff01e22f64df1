import { type Environment, postgresServiceConfig, readServiceConfig } from '@minitwitter/service-kit/config';

/** The user service's environment, checked; throws a ConfigError that lists all that is wrong. */
export const loadConfig = (env: Environment) => readServiceConfig('user', postgresServiceConfig, env);

export type Config = ReturnType<typeof loadConfig>;
