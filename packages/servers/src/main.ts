import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reasonOf } from '@minitwitter/embedded/errors';
import { runCommand } from './run-command.ts';
import { startServers } from './servers.ts';
import { readSettings } from './settings.ts';

const incomplete = 3;
const stopLimitMs = 60_000;
const say = (line: string) => console.error(line);

/** Ends at once while servers still start (their processes are taken along), in order after that. */
async function main(): Promise<number> {
  await using stack = new AsyncDisposableStack();
  const { command, ...settings } = readSettings(process.argv.slice(2), process.env);
  const dataDir = settings.dataDir ?? (await openFreshFolder(stack));
  const interrupt = () => process.exit(130);
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  const onReady = (variable: string, url: string) => console.log(`${variable}=${url}`);
  const servers = stack.use(await startServers({ ...settings, dataDir, log: say, onReady }));
  const signalled = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  process.on('SIGINT', () => undefined).on('SIGTERM', () => undefined);

  let code = 0;
  if (command.length > 0) code = await runCommand(command, { ...process.env, ...servers.env });
  else if (Object.keys(servers.env).length > 0) {
    say('ready; Ctrl-C stops');
    await signalled;
  }
  say('stopping');
  setTimeout(() => process.exit(1), stopLimitMs).unref();
  return code || (servers.missing.length > 0 || servers.crashes() > 0 ? incomplete : 0);
}

async function openFreshFolder(stack: AsyncDisposableStack): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'minitwitter-servers-'));
  return stack.adopt(folder, () => rm(folder, { recursive: true, force: true }));
}

process.exitCode = await main().catch((error: unknown) => {
  say(reasonOf(error));
  return 1;
});
