import { parseArgs } from 'node:util';
import { torture } from './torture.ts';

const { values } = parseArgs({ options: { kills: { type: 'string', default: '100' } } });
const kills = Number(values.kills);
const { acknowledged, failures } = await torture({ kills, report: (line) => console.log(line) });
console.log(`${kills} kills, ${acknowledged} acknowledged writes, ${failures.length} wrong`);
for (const failure of failures) console.error(failure);
process.exitCode = failures.length === 0 ? 0 : 1;
