import { parseArgs } from 'node:util';
import { writeSection } from '../support/results.ts';
import { report } from './report.ts';
import { type Figures, measureEvents } from './run.ts';

// How soon events have their effect, and how fast a backlog of them goes: on the embedded log, and on Kafka where the
// environment names it. `--quick` is a short run that only prints, `--embedded` and `--kafka` choose one bus.
const flag = { type: 'boolean', default: false } as const;
const { values } = parseArgs({ options: { quick: flag, embedded: flag, kafka: flag } });
const plan = values.quick ? { likes: 60, people: 30 } : { likes: 400, people: 100 };
const both = values.embedded === values.kafka;
const { KAFKA_BROKERS: kafka, DATABASE_URL, MONGODB_URL } = process.env;

const buses = [
  ...(kafka && (both || values.kafka) ? [['Kafka', kafka] as const] : []),
  ...(both || values.embedded ? [['embedded log', ''] as const] : []),
];
const figures = new Map<string, Figures>();
for (const [name, brokers] of buses) {
  const progress = (line: string) => console.error(`${name}: ${line}`);
  figures.set(name, await measureEvents({ ...plan, brokers, progress }));
}

const stores = DATABASE_URL && MONGODB_URL ? 'PostgreSQL, FerretDB' : 'embedded';
const command = kafka ? 'npm run servers -- --only kafka -- npm run events -w bench' : 'npm run events -w bench';
const section = report({ figures, stores, command, date: new Date().toISOString().slice(0, 10) });
console.log(section);
if (!values.quick) writeSection('events', section);
