import { resolve } from 'node:path';
import { z } from 'zod';

/** Configuration that cannot be used: `message` lists everything that is wrong with it, a line each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** A TCP port; 0 lets the system choose a free one. */
export const port = z.coerce.number().int().min(0).max(65_535);
const url = (...protocols: string[]) =>
  z.string().refine((value) => protocols.some((protocol) => value.startsWith(`${protocol}:`)), {
    message: `must be a URL that begins with ${protocols.map((protocol) => `${protocol}:`).join(' or ')}`,
  });

/** A switch that is written `on` or `off`. */
export const onOff = (fallback: 'on' | 'off') =>
  z
    .enum(['on', 'off'])
    .default(fallback)
    .transform((value) => value === 'on');

/** A `host:port` of a gRPC server. */
export const grpcTarget = z.string().regex(/^[^\s/]+:\d+$/, 'must be host:port');

export const httpUrl = url('http', 'https');

/** What every service reads; ports are 0 (free-chosen) unless set. */
export const serviceConfig = {
  HOST: z.string().default('127.0.0.1'),
  GRPC_PORT: port.default(0),
  HTTP_PORT: port.default(0),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  REDIS_URL: url('redis', 'rediss', 'embedded'),
  KAFKA_BROKERS: z.string().min(1),
  /** A folder with Casbin's model.conf and policy.csv instead of the built-in ones. */
  POLICY_DIR: z.string().optional(),
  RATE_LIMIT: onOff('on'),
};

export type BaseConfig = z.output<z.ZodObject<typeof serviceConfig>>;

/** Where the auth service is: for every service but itself. */
export const identityConfig = { AUTH_GRPC: grpcTarget };
export const postgresConfig = { DATABASE_URL: url('postgres', 'postgresql') };
/** What a service with a store in PostgreSQL reads. */
export const postgresServiceConfig = { ...serviceConfig, ...identityConfig, ...postgresConfig };

const mongoConfig = { MONGODB_URL: url('mongodb', 'mongodb+srv') };

/** What a service with a store in MongoDB reads. */
export const mongoServiceConfig = { ...serviceConfig, ...identityConfig, ...mongoConfig };

/** The data folder: `DATA_DIR`, relative to where npm was called (it runs a workspace's scripts in the workspace). */
export const dataDirOf = ({ INIT_CWD, DATA_DIR }: Environment, fallback = '.data'): string =>
  resolve(INIT_CWD || '.', DATA_DIR || fallback);

/** Read and check the environment; an empty variable counts as unset. Throws a ConfigError that lists all that is wrong. */
export function readConfig<Shape extends z.ZodRawShape>(shape: Shape, env: Environment): z.output<z.ZodObject<Shape>> {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const result = z.object(shape).safeParse(given);
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => {
    const name = issue.path.join('.');
    return `  ${name}: ${given[name] === undefined ? 'is not set' : issue.message}`;
  });
  throw new ConfigError(`The configuration cannot be used:\n${lines.join('\n')}`);
}
