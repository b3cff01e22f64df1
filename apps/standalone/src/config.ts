import { type Environment, onOff, readConfig } from '@minitwitter/service-kit/config';
import { z } from 'zod';

/** The whole platform's environment, checked; what a single service reads is checked by that service. */
export const loadConfig = (env: Environment) =>
  readConfig(
    {
      PORT: z.coerce.number().int().min(0).max(65_535).default(4000),
      HOST: z.string().default('127.0.0.1'),
      DATA_DIR: z.string().default('.data'),
      SEED: z.enum(['demo', 'none']).default('demo'),
      LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('warn'),
      RATE_LIMIT: onOff('on'),
    },
    env,
  );

export type Config = ReturnType<typeof loadConfig>;
