import { loadConfig as loadGateway } from '@minitwitter/gateway/config';
import {
  ConfigError,
  dataDirOf,
  type Environment,
  logLevel,
  onOff,
  port,
  readConfig,
} from '@minitwitter/service-kit/config';
import { z } from 'zod';
import { serviceChecks } from './services.ts';

const shape = {
  PORT: port.default(4000),
  HOST: z.string().default('127.0.0.1'),
  SEED: z.enum(['demo', 'none'], { error: 'must be demo or none' }).default('demo'),
  LOG_LEVEL: logLevel.default('warn'),
  RATE_LIMIT: onOff('on'),
};

/** What stands for a server that will be embedded while the rest of the configuration is checked. */
const toBeEmbedded = {
  DATABASE_URL: 'postgresql:',
  MONGODB_URL: 'mongodb:',
  REDIS_URL: 'embedded:',
  KAFKA_BROKERS: 'embedded:',
};

/** The whole platform's environment: all that its parts will read is checked before anything starts. */
export function loadConfig(env: Environment) {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value));
  const parts = [...serviceChecks, loadGateway].map((load) => () => load({ ...toBeEmbedded, ...given }));
  const problems = [() => readConfig(shape, env), ...parts].flatMap(problemsOf);
  if (problems.length > 0) throw new ConfigError(problems);
  return { DATA_DIR: dataDirOf(env), ...readConfig(shape, env) };
}

export type Config = ReturnType<typeof loadConfig>;

function problemsOf(load: () => unknown): readonly string[] {
  try {
    load();
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}
