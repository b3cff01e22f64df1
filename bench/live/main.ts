import { parseArgs } from 'node:util';
import { startFreshStandalone } from '@minitwitter/e2e/standalone';
import { writeSection } from '../support/results.ts';
import { measureFanout } from './fanout.ts';
import { measureLatencies } from './latency.ts';
import { type Results, report } from './report.ts';
import { ofFollowers, ofOneUser } from './scenarios.ts';
import { createWorld } from './world.ts';

// How soon and how cheaply pushes reach the sockets. `--quick` is a short run that only prints.
const { values } = parseArgs({
  options: { users: { type: 'string', default: '300' }, quick: { type: 'boolean', default: false } },
});
const users = Number(values.users);
if (!Number.isInteger(users) || users < 1) throw new RangeError('--users must be a whole number from 1');
const plan = values.quick
  ? { sockets: 300, rounds: 2, events: 30, likes: 100 }
  : { sockets: 3000, rounds: 7, events: 30, likes: 400 };
const progress = (line: string) => console.error(line);

const results = await run();
const command = users === 300 ? 'npm run live -w bench' : `npm run live -w bench -- --users ${users}`;
const section = report({ results, ...plan, command, date: new Date().toISOString().slice(0, 10) });
console.log(section);
if (!values.quick) writeSection('live', section);

async function run(): Promise<Results> {
  await using platform = await startFreshStandalone({ ACCESS_TOKEN_TTL: '3600', NODE_ENV: 'production' });
  const { url } = platform;
  const world = createWorld(url);
  const { likes, sockets } = plan;
  const latencies = await measureLatencies({
    ...{ platform: { url, pid: platform.process.pid ?? 0 }, world, likes, progress },
  });
  const fanouts = [];
  for (const scenario of [await ofOneUser(world), await ofFollowers(world, users)]) {
    fanouts.push(await measureFanout(scenario, { platform, ...plan, progress }));
  }
  return { latencies, fanouts, sockets };
}
