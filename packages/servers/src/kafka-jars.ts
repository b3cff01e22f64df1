import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, digestOf } from './cache.ts';
import { runTool } from './tools.ts';
import type { Source } from './types.ts';

const pom = new URL('../kafka/pom.xml', import.meta.url);
const leastJava = 17;
const quickMs = 20_000;
const downloadMs = 600_000;

/** The class path of the broker that `kafka/pom.xml` names, by Maven, once. Needs `java` (17 or newer) and `mvn`. */
export async function findKafka({ cacheDir, log }: Source): Promise<string> {
  const java = javaVersion(await runTool('java', ['-version'], { limitMs: quickMs }));
  if (java < leastJava) throw new Error(`Java ${leastJava} or newer is needed, and java is version ${java}`);
  const folder = await cached(cacheDir, `kafka-${await digestOf([pom])}`, async (fresh) => {
    log('downloading the broker with mvn');
    await copyFile(pom, join(fresh, 'pom.xml'));
    const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${join(fresh, 'lib')}`];
    await runTool('mvn', ['--batch-mode', '--quiet', ...goal], { cwd: fresh, limitMs: downloadMs });
  });
  return join(folder, 'lib', '*');
}

/** The feature release that `java -version` tells: 17 of `openjdk version "17.0.15"`, 8 of `java version "1.8.0"`. */
export function javaVersion(output: string): number {
  const [, feature] = /version "(?:1\.)?(\d+)/.exec(output) ?? [];
  return Number(feature ?? 0);
}
