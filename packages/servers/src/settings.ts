import { parseArgs } from 'node:util';
import { reasonOf } from '@minitwitter/embedded/errors';
import { ConfigError, type Environment } from '@minitwitter/service-kit/config';
import { defaultCacheDir } from './servers.ts';
import { type ServerName, serverNames } from './types.ts';

export type Settings = {
  /** Where the servers keep their data; undefined for a new folder that goes with them. */
  dataDir: string | undefined;
  cacheDir: string;
  only: readonly ServerName[];
  ports: Partial<Record<ServerName, number>>;
  /** What to run with the servers' URLs in its environment; empty to serve until a signal. */
  command: readonly string[];
};

const options = {
  'data-dir': { type: 'string', default: '.servers' },
  fresh: { type: 'boolean', default: false },
  only: { type: 'string' },
  port: { type: 'string', multiple: true, default: [] as string[] },
} as const;

/**
 * Reads `[--data-dir <folder> | --fresh] [--only <name,…>] [--port <name=number>]… [-- <command> …]`. Throws a ConfigError that
 * lists all that is wrong.
 */
export function readSettings(args: readonly string[], env: Environment): Settings {
  const end = args.includes('--') ? args.indexOf('--') : args.length;
  const values = parse(args.slice(0, end));
  const problems: string[] = [];

  const toName = (name: string, option: string): ServerName[] => {
    const known = serverNames.find((one) => one === name);
    if (!known) problems.push(`${option}: ${name} is none of ${serverNames.join(', ')}`);
    return known ? [known] : [];
  };
  const only = values.only?.split(',').flatMap((name) => toName(name.trim(), '--only')) ?? serverNames;
  const ports = values.port.flatMap((given) => {
    const [name = '', number = ''] = given.split('=');
    const port = Number(number);
    if (!Number.isInteger(port) || port < 1 || port > 65_535) problems.push(`--port: ${given} is not name=1..65535`);
    return toName(name, '--port').map((one) => [one, port] as const);
  });
  if (problems.length > 0) throw new ConfigError(problems);
  return {
    dataDir: values.fresh ? undefined : values['data-dir'],
    cacheDir: defaultCacheDir(env.XDG_CACHE_HOME || undefined),
    only,
    ports: Object.fromEntries(ports),
    command: args.slice(end + 1),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new ConfigError([reasonOf(error)]);
  }
}
