import { expect, it } from 'vitest';
import { javaVersion } from './kafka-jars.ts';
import { kafkaProperties } from './kafka-properties.ts';

const properties = (folder: string) => kafkaProperties({ folder, port: 9092, controllerPort: 9093 }).split('\n');

it('makes a broker its own controller, on loopback only', () => {
  expect(properties('/data')).toEqual(
    expect.arrayContaining([
      'process.roles=broker,controller',
      'controller.quorum.voters=1@127.0.0.1:9093',
      'listeners=PLAINTEXT://127.0.0.1:9092,CONTROLLER://127.0.0.1:9093',
      'advertised.listeners=PLAINTEXT://127.0.0.1:9092',
      'log.dirs=/data',
    ]),
  );
});

it('escapes what a properties file reads as an escape', () => {
  expect(properties('C:\\data')).toContain('log.dirs=C:\\\\data');
});

it.each([
  ['openjdk version "17.0.15" 2025-04-15', 17],
  ['java version "1.8.0_402"', 8],
  ['openjdk version "25" 2025-09-16', 25],
  ['what is this', 0],
])('reads the release of Java from %j', (output, release) => {
  expect(javaVersion(output)).toBe(release);
});
