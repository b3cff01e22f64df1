import { resolve } from 'node:path';
import { z } from 'zod';

/** Configuration that cannot be used: `problems` and the message list everything that is wrong with it, a line each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: Iterable<string>) {
    const unique = [...new Set(problems)];
    super(['The configuration cannot be used:', ...unique.map((problem) => `  ${problem}`)].join('\n'));
    this.problems = unique;
  }
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where each service listens when it runs on its own and nothing else is set: so that they find one another. */
export const defaultPorts = {
  auth: { grpc: 4101, http: 4201 },
  user: { grpc: 4102, http: 4202 },
  follow: { grpc: 4103, http: 4203 },
  tweet: { grpc: 4104, http: 4204 },
  comment: { grpc: 4105, http: 4205 },
  like: { grpc: 4106, http: 4206 },
  notification: { grpc: 4107, http: 4207 },
} as const;

export type ServiceName = keyof typeof defaultPorts;

export const serviceNames = Object.keys(defaultPorts) as ServiceName[];

/** A whole number in bounds. */
export const integer = (least: number, most: number) => {
  const error = `must be a whole number from ${least} to ${most}`;
  return z.coerce.number({ error }).int({ error }).min(least, { error }).max(most, { error });
};

/** A TCP port; 0 lets the system choose a free one. */
export const port = integer(0, 65_535);

const url = (...protocols: string[]) =>
  z.string().refine((value) => protocols.some((protocol) => value.startsWith(`${protocol}:`)), {
    message: `must be a URL that begins with ${protocols.map((protocol) => `${protocol}:`).join(' or ')}`,
  });

const oneOf = <const Values extends readonly [string, ...string[]]>(values: Values) =>
  z.enum(values, { error: `must be one of ${values.join(', ')}` });

/** A switch that is written `on` or `off`. */
export const onOff = (fallback: 'on' | 'off') =>
  oneOf(['on', 'off'])
    .default(fallback)
    .transform((value) => value === 'on');

/** The `host:port` of a service's gRPC server; within one process, `in-process:host:port`. */
export const peer = (service: ServiceName) =>
  z
    .string()
    .regex(/^[^\s/]+:\d+$/, 'must be host:port')
    .default(`127.0.0.1:${defaultPorts[service].grpc}`);

export const httpUrl = url('http', 'https');

/** The base URL of a service's subgraph. */
export const subgraphUrl = (service: ServiceName) => httpUrl.default(`http://127.0.0.1:${defaultPorts[service].http}`);

const ratioError = 'must be a number from 0 to 1';

export const logLevel = oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']);

/** Where traces go, under OpenTelemetry's own names; without an endpoint nothing is traced. */
export const tracingConfig = {
  /** The base URL of a collector that takes OTLP over HTTP. */
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl.optional(),
  /** Another name than the service's own. */
  OTEL_SERVICE_NAME: z.string().optional(),
  /** Which traces that begin here are recorded; a trace that comes from outside goes on as it was begun if `parentbased`. */
  OTEL_TRACES_SAMPLER: oneOf([
    ...(['parentbased_always_on', 'parentbased_always_off', 'parentbased_traceidratio'] as const),
    ...(['always_on', 'always_off', 'traceidratio'] as const),
  ]).default('parentbased_always_on'),
  /** The part of all traces that a `traceidratio` records. */
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number({ error: ratioError }).min(0, ratioError).max(1, ratioError).default(1),
  /** How long sending spans may take, further attempts included, in milliseconds. */
  OTEL_EXPORTER_OTLP_TIMEOUT: integer(1, 60_000).default(5000),
  /** How long spans wait to be sent together, in milliseconds. */
  OTEL_BSP_SCHEDULE_DELAY: integer(1, 60_000).default(5000),
};

export type TracingConfig = z.output<z.ZodObject<typeof tracingConfig>>;

/** What every service reads. */
export const serviceConfig = {
  HOST: z.string().default('127.0.0.1'),
  LOG_LEVEL: logLevel.default('info'),
  REDIS_URL: url('redis', 'rediss', 'embedded'),
  KAFKA_BROKERS: z
    .string()
    .regex(
      /^(embedded:.*|[^\s,/]+:\d+(,[^\s,/]+:\d+)*(\/[\w-]+)?)$/,
      'must be host:port, or several with commas, and /name for a namespace',
    ),
  /** A folder with Casbin's model.conf and policy.csv instead of the built-in ones. */
  POLICY_DIR: z.string().optional(),
  RATE_LIMIT: onOff('on'),
  ...tracingConfig,
};

const ports = { GRPC_PORT: port, HTTP_PORT: port };

export type BaseConfig = z.output<z.ZodObject<typeof serviceConfig & typeof ports>>;

/** Where the auth service is: for every service but itself. */
export const identityConfig = { AUTH_GRPC: peer('auth') };
export const postgresConfig = { DATABASE_URL: url('postgres', 'postgresql') };
/** What a service with a store in PostgreSQL reads. */
export const postgresServiceConfig = { ...serviceConfig, ...identityConfig, ...postgresConfig };

const mongoConfig = { MONGODB_URL: url('mongodb', 'mongodb+srv') };

/** What a service with a store in MongoDB reads. */
export const mongoServiceConfig = { ...serviceConfig, ...identityConfig, ...mongoConfig };

/** The data folder: `DATA_DIR`, relative to where npm was called (it runs a workspace's scripts in the workspace). */
export const dataDirOf = ({ INIT_CWD, DATA_DIR }: Environment, fallback = '.data'): string =>
  resolve(INIT_CWD || '.', DATA_DIR || fallback);

/** The variables of a service's two ports. */
export const portNames = (service: ServiceName) =>
  ({ GRPC_PORT: `${service.toUpperCase()}_GRPC_PORT`, HTTP_PORT: `${service.toUpperCase()}_HTTP_PORT` }) as const;

/** Read a service's environment: what the shape names, and its own ports, such as `TWEET_GRPC_PORT`. */
export function readServiceConfig<Shape extends z.ZodRawShape>(service: ServiceName, shape: Shape, env: Environment) {
  const { grpc, http } = defaultPorts[service];
  const own = { GRPC_PORT: port.default(grpc), HTTP_PORT: port.default(http) };
  return readConfig({ ...shape, ...own }, env, portNames(service));
}

/**
 * Read and check the environment; an empty variable counts as unset, and a name in `aliases` is read under its alias.
 * Throws a ConfigError that lists all that is wrong.
 */
export function readConfig<Shape extends z.ZodRawShape>(
  shape: Shape,
  env: Environment,
  aliases: Readonly<Record<string, string>> = {},
): z.output<z.ZodObject<Shape>> {
  const given = Object.fromEntries(
    Object.keys(shape).flatMap((name) => {
      const value = env[aliases[name] ?? name];
      return value ? [[name, value]] : [];
    }),
  );
  const result = z.object(shape).safeParse(given);
  if (result.success) return result.data;
  throw new ConfigError(
    result.error.issues.map((issue) => {
      const name = issue.path.join('.');
      return `${aliases[name] ?? name}: ${given[name] === undefined ? 'is not set' : issue.message}`;
    }),
  );
}
