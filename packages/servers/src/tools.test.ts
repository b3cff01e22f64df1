import { expect, it } from 'vitest';
import { runTool, tellingLine } from './tools.ts';

const limitMs = 10_000;

it('answers all that a tool prints', async () => {
  const script = 'console.log("out"); console.error("err")';
  await expect(runTool(process.execPath, ['-e', script], { limitMs })).resolves.toBe('out\nerr\n');
});

it('says that a tool is not there', async () => {
  await expect(runTool('no-such-tool', [], { limitMs })).rejects.toThrow('no-such-tool is not on the PATH');
});

it('says why a tool failed, in its own words', async () => {
  const script = 'console.error("Downloading\\nE: no such package\\nbye"); process.exit(100)';
  await expect(runTool(process.execPath, ['-e', script], { limitMs })).rejects.toThrow(/: E: no such package$/);
});

it('ends a tool that takes too long', async () => {
  const waiting = runTool(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { limitMs: 200 });
  await expect(waiting).rejects.toThrow('did not end within 0.2 s');
});

it.each([
  ['a\n[ERROR] no plugin\nb', '[ERROR] no plugin'],
  ['first\nlast\n', 'last'],
  ['\n', undefined],
])('takes from %j the line that tells most', (output, line) => {
  expect(tellingLine(output)).toBe(line);
});
