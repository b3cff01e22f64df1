import { enableCompileCache } from 'node:module';
import type { Command, Report, Request } from '../commands.ts';
import type { Doubled } from './start.ts';

enableCompileCache();
const { run } = await import('@minitwitter/service-kit/lifecycle');
const { startDoubled } = await import('./start.ts');

const say = (report: Report) => process.send?.(report);

async function obey(command: Command, platform: Doubled): Promise<void> {
  if (command.do === 'restart') await platform[command.part][command.index].restart(command.ending);
  else platform.sever(platform.edge[command.index].port, command.every);
}

await run(async () => {
  const platform = await startDoubled(process.env);
  process.on('message', ({ id, command }: Request) => {
    obey(command, platform).then(
      () => say({ id }),
      (error: unknown) => say({ id, error: String(error) }),
    );
  });
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  say({ edges: [platform.edge[0].port, platform.edge[1].port] });
  return platform;
});
