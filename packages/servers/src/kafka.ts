import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '@minitwitter/embedded/free-port';
import { Kafka, logLevel } from 'kafkajs';
import { runChild } from './child.ts';
import { findKafka } from './kafka-jars.ts';
import { kafkaProperties } from './kafka-properties.ts';
import { untilReady } from './ready.ts';
import { runTool } from './tools.ts';
import type { Launch, Obtain } from './types.ts';

const formatMs = 60_000;
const heap = ['-Xms128m', '-Xmx512m', '-XX:+UseSerialGC'];
const logging = '-Dorg.apache.logging.log4j.level=WARN';

/** Apache Kafka, one broker that is its own controller. */
export const obtainKafka: Obtain = async (source) => launchKafka(await findKafka(source));

const launchKafka =
  (classPath: string): Launch =>
  async ({ folder, port }) => {
    const properties = join(folder, 'server.properties');
    const log = join(folder, 'log');
    await mkdir(folder, { recursive: true });
    await writeFile(properties, kafkaProperties({ folder: log, port, controllerPort: await freePort() }));
    if (!existsSync(join(log, 'meta.properties'))) await format(classPath, properties);
    const args = [...heap, logging, '-cp', classPath, 'kafka.Kafka', properties];
    const child = await runChild({ file: 'java', args, folder });
    const url = `127.0.0.1:${port}`;
    await untilReady(child, () => listTopics(url));
    return { ...child, url };
  };

/** A cluster's id is 16 bytes in base64url that may not begin with a dash (org.apache.kafka.common.Uuid). */
async function format(classPath: string, properties: string): Promise<void> {
  const id = randomBytes(16).toString('base64url').replace(/^-/, 'A');
  const args = [
    '-cp',
    classPath,
    'kafka.tools.StorageTool',
    'format',
    '-t',
    id,
    '-c',
    properties,
    '--ignore-formatted',
  ];
  await runTool('java', ['-Xmx128m', logging, ...args], { limitMs: formatMs });
}

async function listTopics(broker: string): Promise<void> {
  const kafka = new Kafka({
    brokers: [broker],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 1000,
    requestTimeout: 5000,
    retry: { retries: 0 },
  });
  const admin = kafka.admin();
  try {
    await admin.connect();
    await admin.listTopics();
  } finally {
    await admin.disconnect();
  }
}
