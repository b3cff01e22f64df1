import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';

const services = ['auth', 'user', 'follow', 'tweet', 'comment', 'like', 'notification'];
const shape = ['main', 'config', 'start', 'domain', 'actions', 'store', 'grpc', 'graphql', 'service.int.test'];

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' })
  .split('\n')
  .filter((file) => file !== '' && existsSync(file));
const sources = files.filter((file) => file.endsWith('.ts'));
const linesOf = (file: string) => readFileSync(file, 'utf8').trimEnd().split('\n').length;

describe('the repository', () => {
  it('has no source file of over 200 lines, and a median near 60', () => {
    const long = sources.filter((file) => linesOf(file) > 200);
    expect(long).toEqual([]);
    const sorted = sources.map(linesOf).sort((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(90);
  });

  it.each(services)('gives the %s service the shape of the others', (service) => {
    const missing = shape.filter((name) => !files.includes(`apps/${service}/src/${name}.ts`));
    expect(missing).toEqual([]);
    expect(files).toContain(`apps/${service}/schema.graphql`);
  });

  it('names source files in lower case with dashes', () => {
    const odd = sources.filter((file) => !/^[a-z0-9]+([.-][a-z0-9]+)*\.ts$/.test(basename(file)));
    expect(odd).toEqual([]);
  });

  it('uses what is made for tests only in tests', () => {
    const misplaced = sources.filter(
      (file) =>
        !/\.test\.ts$|\/testing\/|test-world/.test(file) &&
        /from '@minitwitter\/service-kit\/testing'/.test(readFileSync(file, 'utf8')),
    );
    expect(misplaced).toEqual([]);
  });

  it('reads the environment only where configuration is', () => {
    const readers = sources.filter(
      (file) =>
        !/\.test\.ts$|\/testing\.ts$|^e2e\/|^bench\/|vitest\.config/.test(file) &&
        /process\.env\b(?!\.\w+ = )/.test(readFileSync(file, 'utf8')),
    );
    const allowed = /\/(main|migrate|diff|grant-admin)\.ts$|prisma\.config\.ts$/;
    expect(readers.filter((file) => !allowed.test(file))).toEqual([]);
  });
});
