import { type Environment, postgresServiceConfig, readConfig } from '@minitwitter/service-kit/config';

/** The user service's environment, checked; throws a ConfigError that lists all that is wrong. */
export const loadConfig = (env: Environment) => readConfig(postgresServiceConfig, env);

export type Config = ReturnType<typeof loadConfig>;
