import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

type ToolOptions = { cwd?: string; limitMs: number };
type Failure = { code: unknown; killed: unknown; stdout: unknown; stderr: unknown };

const keptBytes = 8 * 1024 * 1024;

/** Runs a tool to its end and answers what it printed, both streams. Throws an Error of one line that says why not. */
export async function runTool(file: string, args: readonly string[], { limitMs, cwd }: ToolOptions): Promise<string> {
  try {
    const options = { timeout: limitMs, maxBuffer: keptBytes, ...(cwd && { cwd }) };
    const { stdout, stderr } = await promisify(execFile)(file, args, options);
    return `${stdout}${stderr}`;
  } catch (failure) {
    throw new Error(reasonOfFailure(file, args, limitMs, failure), { cause: failure });
  }
}

function reasonOfFailure(file: string, args: readonly string[], limitMs: number, failure: unknown): string {
  if (!isFailure(failure)) return `${file}: ${failure}`;
  if (failure.code === 'ENOENT') return `${file} is not on the PATH`;
  const command = [file, ...args].join(' ').slice(0, 80);
  if (failure.killed === true) return `${command}: did not end within ${limitMs / 1000} s`;
  return `${command}: ${tellingLine(`${failure.stderr}\n${failure.stdout}`) ?? `exit code ${failure.code}`}`;
}

const isFailure = (thrown: unknown): thrown is Failure => thrown instanceof Error && 'code' in thrown;

/** The line of an output that says what went wrong: the first that names an error, else the last. */
export function tellingLine(output: string): string | undefined {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return lines.find((line) => /\b(error|exception|fatal|cannot|not found)\b|^E:/i.test(line)) ?? lines.at(-1);
}
