import { dataDirOf, type Environment, onOff, port, readConfig } from '@minitwitter/service-kit/config';
import { z } from 'zod';

/** The whole platform's environment, checked; what a single service reads is checked by that service. */
export const loadConfig = (env: Environment) => ({
  DATA_DIR: dataDirOf(env),
  ...readConfig(
    {
      PORT: port.default(4000),
      HOST: z.string().default('127.0.0.1'),
      SEED: z.enum(['demo', 'none']).default('demo'),
      LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('warn'),
      RATE_LIMIT: onOff('on'),
    },
    env,
  ),
});

export type Config = ReturnType<typeof loadConfig>;
