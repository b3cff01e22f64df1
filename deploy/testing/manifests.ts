import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { parse, parseAllDocuments } from 'yaml';

export type Variables = Record<string, string>;

/** What the tests read of a service in docker-compose.yml. */
type ComposeService = {
  image: string;
  build?: string;
  command?: string[];
  environment?: Variables;
  healthcheck?: { test?: string[]; disable?: boolean };
  profiles?: string[];
  ports?: string[];
  networks: string[];
  secrets?: string[];
  read_only?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
  deploy?: { resources?: { limits?: { cpus?: string; memory?: string; pids?: number } } };
};

type Compose = {
  services: Record<string, ComposeService>;
  secrets: Record<string, { file: string }>;
  networks: Record<string, { internal?: boolean }>;
};

type Variable = { name: string; value?: string; valueFrom?: { secretKeyRef: { key: string } } };
type Container = { command: string[]; ports: { name: string; containerPort: number }[]; env: Variable[] };
type Peer = { podSelector: { matchExpressions?: { values: string[] }[] } };

/** What the tests read of a manifest in deploy/k8s. */
type Manifest = {
  kind: string;
  metadata: { name: string };
  spec: {
    template?: { spec: { containers: [Container]; terminationGracePeriodSeconds?: number } };
    ports?: { name: string; port: number }[];
    ingress?: { from?: Peer[]; ports?: { port: string }[] }[];
    maxReplicas?: number;
    metrics?: { external?: { metric: { name: string; selector: { matchLabels: Variables } } } }[];
  };
};

const file = (path: string) => new URL(`../../${path}`, import.meta.url);
export const readText = (path: string): string => readFileSync(file(path), 'utf8');

export const readYaml = <Shape>(path: string): Shape => parse(readText(path), { merge: true, maxAliasCount: -1 });
export const readCompose = (): Compose => readYaml('docker-compose.yml');

export const readVariables = (path: string): Variables => definedOf(parseEnv(readText(path)));

const definedOf = (variables: NodeJS.Dict<string>): Variables =>
  Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );

/** The manifests of one file. */
export const readManifests = (path: string): Manifest[] =>
  parseAllDocuments(readText(path)).map((document): Manifest => document.toJS());

/** What `deploy/make-secrets.sh` writes, by the name of the file. */
export function makeSecrets(): ReadonlyMap<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'minitwitter-secrets-'));
  try {
    const secrets = join(folder, 'secrets');
    execFileSync('sh', [file('deploy/make-secrets.sh').pathname, secrets]);
    const names = readdirSync(secrets).filter((name) => !name.startsWith('.'));
    return new Map(names.map((name) => [name, readFileSync(join(secrets, name), 'utf8')]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** `VALUE` of `${NAME:-VALUE}`, as Compose reads it where NAME is unset. */
const withDefaults = (text: string) => text.replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1');

/** The environment of a service in Compose: its own variables, and those of the files that its command names. */
export function composeEnvironment(service: ComposeService, secrets: ReadonlyMap<string, string>): Variables {
  const named = (service.command ?? []).flatMap((word) => /^--env-file=\/run\/secrets\/(.+)$/.exec(word)?.[1] ?? []);
  const fromFiles = named.map((name) => {
    if (!service.secrets?.includes(name)) throw new Error(`${name} is read and not mounted`);
    return definedOf(parseEnv(secrets.get(name) ?? ''));
  });
  const own = Object.entries(service.environment ?? {}).map(([name, value]) => [name, withDefaults(value)]);
  return Object.assign({}, ...fromFiles, Object.fromEntries(own));
}

/** The environment of a container in Kubernetes, given that of all, and the Secret with the stores. */
export function podEnvironment(
  env: readonly Variable[],
  { settings, stores }: Record<'settings' | 'stores', Variables>,
): Variables {
  const own = env.map(({ name, value, valueFrom }) => [name, value ?? stores[valueFrom?.secretKeyRef.key ?? ''] ?? '']);
  return { ...settings, ...Object.fromEntries(own) };
}
