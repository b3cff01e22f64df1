import { startFreshPlatform } from '@minitwitter/e2e/platform';
import { createRest, register } from '@minitwitter/e2e/rest';
import { writeSection } from '../support/results.ts';
import { type Crowd, type Pressed, press } from './press.ts';

// The platform in one process, and more and more people who ask for a timeline again and again: what it can do, it must go on
// doing however many there are, and soon for those whom it takes on.
const seconds = 8;
const crowds: readonly Crowd[] = [
  { clients: 16, patient: true },
  { clients: 128, patient: true },
  { clients: 512, patient: true },
  { clients: 1000, patient: true },
  { clients: 1000, patient: false },
  { clients: 16, patient: true },
];
const leastShare = 0.7;
const mostP99 = 2000;

await using platform = await startFreshPlatform();
const rest = createRest(platform.url, () => undefined);
const { token } = await register(rest);
for (let index = 0; index < 20; index++) await rest('POST', '/tweets', { body: { content: `tweet ${index}` }, token });
const target = { url: `${platform.url}/api/v1/tweets`, token };
await press(target, { clients: 16, patient: true }, seconds);

const rounds: Pressed[] = [];
for (const crowd of crowds) rounds.push(await press(target, crowd, seconds));

const rows = rounds.map(({ crowd, answered, p50, p99, refused, refusedP50 }) => {
  const comeBack = crowd.patient ? 'when told to' : 'after 50 ms';
  const cells = [crowd.clients, comeBack, answered / seconds, p50, p99, refused / seconds, refusedP50];
  return `| ${cells.map((cell) => (typeof cell === 'number' ? Math.round(cell) : cell)).join(' | ')} |`;
});
const [calm, ...others] = rounds;
const shares = others.map(({ answered }) => answered / (calm?.answered ?? Number.NaN));
const least = Math.min(...shares);
const worst = Math.max(...rounds.map(({ p99 }) => p99));
const verdict = least >= leastShare && worst <= mostP99 ? 'PASS' : 'MISSED';
const report = `## Overload

\`npm run overload -w bench\`, ${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}. The whole platform in one process, and clients in another
who ask for \`GET /api/v1/tweets\` (20 tweets) again and again, each on a connection of its own that is open by then, for ${seconds} s a row.
Who is refused comes back when the answer says, or, impatient, after 50 ms. (A new connection waits longer: libuv accepts one a turn of the
event loop, and turns are long under such a load.)

| clients | come back | answered a second | p50 ms | p99 ms | refused a second | refused, p50 ms |
|---|---|---|---|---|---|---|
${rows.join('\n')}

The least share of what 16 clients get done: ${least.toFixed(2)} (bar: ${leastShare}); the longest p99 of what is taken on: ${Math.round(worst)} ms (bar: ${mostP99}): ${verdict}.`;
console.log(report);
writeSection('overload', report);
process.exitCode = verdict === 'PASS' ? 0 : 1;
