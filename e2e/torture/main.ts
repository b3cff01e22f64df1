import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { chaos } from '../chaos/chaos.ts';
import { tortureLive } from '../live-torture/live-torture.ts';
import { createRandom } from '../support/random.ts';
import { torture } from './torture.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '100' },
    live: { type: 'boolean', default: false },
    servers: { type: 'boolean', default: false },
    seed: { type: 'string', default: String(randomInt(1_000_000)) },
  },
});
const kills = Number(values.kills);
const { seed, live, servers } = values;
const report = (line: string) => console.log(line);
report(`seed ${seed}`);
const startedAt = performance.now();
const run = () => {
  if (servers) return chaos({ kills, seed, report });
  return live ? tortureLive({ kills, seed, report }) : torture({ kills, random: createRandom(seed), report });
};
const { failures, ...counts } = await run();
const seconds = Math.round((performance.now() - startedAt) / 1000);
const told = Object.entries({ kills, ...counts, seconds, wrong: failures.length });
report(told.map(([name, count]) => `${count} ${name}`).join(', '));
for (const failure of failures) console.error(failure);
process.exitCode = failures.length === 0 ? 0 : 1;
