import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const peersFolder = fileURLToPath(new URL('./peers/', import.meta.url));

/** Install the peers as their own lockfile has them, unless they are there; they are no dependencies of the project. */
export function installPeers(): void {
  if (existsSync(`${peersFolder}node_modules`)) return;
  // npm hands the workspace that it runs a script of on to an npm inside of it.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_config_workspace/i.test(name)));
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: peersFolder,
    env,
    stdio: 'inherit',
  });
}

/** The version of a peer that is installed. */
export function versionOf(name: string): string {
  const file = readFileSync(`${peersFolder}node_modules/${name}/package.json`, 'utf8');
  const { version }: { version: string } = JSON.parse(file);
  return `${name} ${version}`;
}
