import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type DeadLetter, Envelope } from '@minitwitter/proto/events/v1/events';
import { openBus } from '../bus.ts';
import { dataDirOf, type Environment, readConfig, serviceConfig } from '../config.ts';
import { createLogger } from '../logger.ts';
import { openServers } from '../servers.ts';
import { readArguments } from './arguments.ts';
import { listDeadLetters, replayDeadLetters } from './replay.ts';

/** Nothing of the message but what it is and its key. */
const lineOf = ({ topic, partition, offset, key, group, error, attempts, failedAt, value }: DeadLetter): string =>
  [
    failedAt?.toISOString(),
    `${topic}[${partition}]@${offset}`,
    nameOf(value),
    key,
    `failed in ${group} after ${attempts === 1 ? 'one attempt' : `${attempts} attempts`}: ${error}`,
  ].join('  ');

function nameOf(value: Uint8Array): string {
  try {
    return Envelope.decode(value).payload?.$case ?? 'unknown';
  } catch {
    return 'unreadable';
  }
}

/** The command line: on Kafka at any time, on an embedded log while nothing else runs on its data folder. */
async function main(args: readonly string[], env: Environment): Promise<void> {
  const { replays, ...choice } = readArguments(args);
  const dataDir = dataDirOf(env);
  if (!env.KAFKA_BROKERS && !existsSync(join(dataDir, 'bus')))
    throw new Error(`There are no events in ${dataDir}: set DATA_DIR or KAFKA_BROKERS.`);
  await using servers = await openServers(env, { needs: ['bus'], dataDir });
  const { KAFKA_BROKERS } = readConfig({ KAFKA_BROKERS: serviceConfig.KAFKA_BROKERS }, servers.env);
  await using bus = await openBus(KAFKA_BROKERS, 'replay-dead-letters', createLogger('replay-dead-letters', 'warn'));

  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort()).once('SIGTERM', () => interrupted.abort());
  const chosen = { ...choice, signal: interrupted.signal };
  if (replays) {
    const { replayed, putBack } = await replayDeadLetters(bus, chosen);
    console.log(`${replayed} replayed${putBack > 0 ? `, ${putBack} of other topics put back` : ''}`);
  } else {
    const letters = await listDeadLetters(bus, chosen);
    for (const letter of letters) console.log(lineOf(letter));
    console.log(letters.length === 1 ? '1 dead letter waits' : `${letters.length} dead letters wait`);
  }
  if (interrupted.signal.aborted) process.exitCode = 130;
}

await main(process.argv.slice(2), process.env).catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  const isHeld = error instanceof Error && error.name === 'DataFolderError';
  console.error(isHeld ? `${message}. Stop it first.` : message);
  process.exitCode = 1;
});
