import { describe, expect, it } from 'vitest';
import {
  composeEnvironment,
  makeSecrets,
  podEnvironment,
  readCompose,
  readManifests,
  readText,
  readVariables,
  readYaml,
} from './deploy/testing/manifests.ts';
import { addresses, namesRead, portsOf, processes, services } from './deploy/testing/processes.ts';
import { defaultPorts } from './packages/service-kit/src/config.ts';
import { registry } from './packages/service-kit/src/metrics.ts';
import './packages/service-kit/src/outbox-metrics.ts';
import { partitionsPerTopic } from './packages/service-kit/src/topics.ts';

const compose = readCompose();
const secrets = makeSecrets();
const ours = Object.entries(compose.services).filter(([, { build }]) => build);
const dockerfile = readText('Dockerfile');

describe('the image', () => {
  it("has the Node that the project's engines ask for", () => {
    const { engines } = readYaml<{ engines: { node: string } }>('package.json');
    expect(`>=${/NODE_IMAGE=node:(\d+)-/.exec(dockerfile)?.[1]}`).toBe(engines.node);
  });

  it('has the packages of every process, asks whether it is ready, and is not root', () => {
    const installed = Array.from(dockerfile.matchAll(/ -w (\S+)/g), ([, workspace]) => workspace);
    expect(installed.sort()).toEqual(
      [...Object.keys(services).map((name) => `apps/${name}`), 'prisma', 'rest-bridge'].sort(),
    );
    expect(dockerfile).toMatch(/^HEALTHCHECK .*\n? +CMD \["node", "deploy\/healthcheck\/main\.ts"\]$/m);
    expect(dockerfile).toMatch(/^USER [1-9]\d*:[1-9]\d*$/m);
  });
});

describe('docker-compose.yml', () => {
  it('runs every process', () => {
    expect(ours.map(([name]) => name).sort()).toEqual([...Object.keys(processes), 'migrate'].sort());
  });

  it.each(Object.entries(processes))('gives %s what its configuration needs and nothing unknown', (name, load) => {
    const service = compose.services[name];
    if (!service) throw new Error(`${name} is missing`);
    const env = composeEnvironment(service, secrets);
    const known = namesRead(load, env);
    expect(Object.keys(env).filter((variable) => !known.has(variable))).toEqual([]);
    expect(env).toMatchObject(addresses(known));
    const { grpc, http } = portsOf[name] ?? {};
    const prefix = grpc ? `${name.toUpperCase()}_HTTP_` : '';
    expect(env).toMatchObject({ [`${prefix}PORT`]: String(http) });
    if (grpc) expect(env).toMatchObject({ [`${name.toUpperCase()}_GRPC_PORT`]: String(grpc) });
  });

  it('watches and limits every container, and lets none become more than it is', () => {
    for (const [name, service] of Object.entries(compose.services)) {
      const watched = service.build ? dockerfile.includes('HEALTHCHECK') : service.healthcheck?.test;
      const excused = name === 'migrate' || service.profiles?.includes('tracing');
      expect(watched || excused, name).toBeTruthy();
      expect(service.deploy?.resources?.limits, name).toEqual({
        ...{ cpus: expect.any(String), memory: expect.any(String), pids: expect.any(Number) },
      });
      expect(service, name).toMatchObject({ cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
      expect(service.read_only || name === 'kafka', name).toBe(true);
      expect(service.image, name).toMatch(service.build ? /^minitwitter:/ : /:v?\d+(\.\d+)*(-[a-z]+)?$/);
    }
  });

  it('publishes the gateway alone, and on this machine alone what a profile adds', () => {
    expect(compose.networks.inner).toEqual({ internal: true });
    for (const [name, { ports = [], profiles, networks }] of Object.entries(compose.services)) {
      if (name === 'gateway') continue;
      if (!profiles) expect(ports, name).toEqual([]);
      expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
      expect(networks.includes('edge'), name).toBe(ports.length > 0);
    }
  });

  it('names only secrets that the script makes', () => {
    const made = Object.values(compose.secrets).map(({ file }) => file.replace('./secrets/', ''));
    expect(made.sort()).toEqual([...secrets.keys()].sort());
    const used = Object.values(compose.services).flatMap((service) => service.secrets ?? []);
    expect([...new Set(used)].sort()).toEqual(Object.keys(compose.secrets).sort());
  });
});

describe('the metrics', () => {
  it('are read from every process', () => {
    type Scrapes = { scrape_configs: { job_name: string; static_configs: { targets: string[] }[] }[] };
    const { scrape_configs } = readYaml<Scrapes>('deploy/prometheus/prometheus.yml');
    const targets = scrape_configs.find(({ job_name }) => job_name === 'minitwitter')?.static_configs[0]?.targets;
    expect(targets?.sort()).toEqual(
      Object.keys(services)
        .map((name) => `${name}:${portsOf[name]?.http}`)
        .sort(),
    );
  });

  it('are on the dashboard under names that exist', () => {
    const { panels } = readYaml<{ panels: { targets: { expr: string }[] }[] }>('deploy/grafana/minitwitter.json');
    const names = new Set(registry.getMetricsAsArray().map(({ name }) => name));
    const shown = panels.flatMap(({ targets }) =>
      targets.flatMap(({ expr }) => expr.match(/\b[a-z]+_[a-z0-9_]+\b(?=[[{) ]|$)/g) ?? []),
    );
    const metrics = shown
      .filter((name) => !['histogram_quantile'].includes(name))
      .map((name) => name.replace(/_(bucket|count|sum)$/, ''));
    expect(metrics.length).toBeGreaterThan(10);
    expect(metrics.filter((name) => !names.has(name))).toEqual([]);
  });
});

describe('deploy/k8s', () => {
  const settings = readVariables('deploy/k8s/base/settings.env');
  const stored = readVariables('deploy/k8s/overlays/example/stores.example.env');
  const common = readManifests('deploy/k8s/base/common-deployment.yaml')[0]?.spec.template?.spec;
  const manifestsOf = (name: string) => {
    const found = readManifests(`deploy/k8s/base/${name}.yaml`);
    return (kind: string) => found.find((manifest) => manifest.kind === kind && manifest.metadata.name === name)?.spec;
  };
  const envOf = (name: string) => {
    const own = manifestsOf(name)('Deployment')?.template?.spec.containers[0];
    const env = [...(common?.containers[0].env ?? []), ...(own?.env ?? [])];
    return { own, env: podEnvironment(env, { settings, stores: stored }) };
  };

  it.each(Object.entries(services))(
    'gives %s what its configuration needs, at the ports that others expect',
    (name, load) => {
      const { own, env } = envOf(name);
      const known = namesRead(load, env);
      const unknown = Object.keys(env).filter((variable) => !known.has(variable) && !(variable in settings));
      expect(unknown).toEqual([]);
      expect(env).toMatchObject({ HOST: '0.0.0.0', ...addresses(known) });
      expect(own?.command).toEqual(['node', `apps/${name}/src/main.ts`]);
      const listened = Object.fromEntries(own?.ports.map(({ name, containerPort }) => [name, containerPort]) ?? []);
      expect(listened).toEqual(portsOf[name]);
      const offered = manifestsOf(name)('Service')?.ports?.map(({ name, port }) => [name, port]);
      expect(Object.fromEntries(offered ?? [])).toEqual(name === 'gateway' ? { http: 80 } : portsOf[name]);
      for (const kind of ['PodDisruptionBudget', 'HorizontalPodAutoscaler'])
        expect(manifestsOf(name)(kind)).toBeDefined();
    },
  );

  it('lets a service be called over gRPC by those whose configuration says where it is, and by nobody else', () => {
    for (const name of Object.keys(defaultPorts)) {
      const callers = Object.entries(services).flatMap(([caller, load]) =>
        namesRead(load, envOf(caller).env).has(`${name.toUpperCase()}_GRPC`) ? [caller] : [],
      );
      const rules = manifestsOf(name)('NetworkPolicy')?.ingress ?? [];
      expect(rules.map(({ ports }) => ports?.map(({ port }) => port))).toEqual([['grpc']]);
      const allowed = rules[0]?.from?.flatMap(({ podSelector }) => podSelector.matchExpressions?.[0]?.values ?? []);
      expect(allowed?.sort(), name).toEqual(callers.sort());
    }
  });

  it('scales consumers by a metric that they tell, of a group of theirs, and no further than there are partitions', () => {
    for (const name of ['tweet', 'notification']) {
      const [scaler] = readManifests(`deploy/k8s/components/consumer-lag/${name}.yaml`);
      const scaledBy = scaler?.spec.metrics?.flatMap(({ external }) => external?.metric ?? []);
      const metrics = scaledBy?.map((metric) => metric.name);
      expect(metrics).toEqual(['minitwitter_consumer_lag']);
      expect(metrics?.map((metric) => registry.getSingleMetric(metric))).not.toContain(undefined);
      const group = scaledBy?.[0]?.selector.matchLabels.group ?? '';
      const source = readText(`apps/${name}/src/start.ts`);
      expect(source).toContain(group === name ? 'group: service,' : `group: \`\${service}${group.replace(name, '')}\``);
    }
    const [common] = readManifests('deploy/k8s/base/common-autoscaler.yaml');
    expect(common?.spec.maxReplicas).toBeLessThanOrEqual(partitionsPerTopic);
  });

  it('waits longer for the end of a process than its shutdown may take', () => {
    expect(common?.terminationGracePeriodSeconds).toBeGreaterThan(20);
  });
});
