import { parseArgs } from 'node:util';

export type Arguments = { replays: boolean; topic: string | undefined; limit: number | undefined };

const usage = 'npm run replay-dead-letters -- list|replay [--topic <topic>] [--limit <number>] [--dry-run]';

/** What the command is to do; throws an Error that tells how it is used. */
export function readArguments(args: readonly string[]): Arguments {
  const options = { topic: { type: 'string' }, limit: { type: 'string' }, 'dry-run': { type: 'boolean' } } as const;
  const { values, positionals } = parse();
  const [command, ...rest] = positionals;
  if ((command !== 'list' && command !== 'replay') || rest.length > 0) throw new Error(usage);
  const limit = values.limit === undefined ? undefined : Number(values.limit);
  if (limit !== undefined && !(Number.isInteger(limit) && limit > 0)) throw new Error(`--limit: from 1 on. ${usage}`);
  return { replays: command === 'replay' && !values['dry-run'], topic: values.topic, limit };

  function parse() {
    try {
      return parseArgs({ args: [...args], options, allowPositionals: true });
    } catch (error) {
      throw new Error(`${error instanceof Error ? error.message : error} ${usage}`);
    }
  }
}
