import type { Config } from './config.ts';
import { demoAccounts, demoPassword } from './seed/world.ts';

type Facts = {
  config: Config;
  url: string;
  services: readonly { name: string; grpc: string; http: string }[];
  embedded: readonly string[];
  /** Whether the demo world is there. */
  seeded: boolean;
};

/** What a person needs to begin: every address, the demo accounts, and what is embedded. */
export function banner({ config, url, services, embedded, seeded }: Facts): string {
  const edge = [
    ['REST', `${url}/api/v1`],
    ['API docs', `${url}/docs`],
    ['GraphQL', `${url}/graphql`],
    ['Live page', `${url}/live`],
    ['Health', `${url}/readyz`],
    ['Metrics', `${url}/metrics`],
  ];
  const inner = services.map(({ name, grpc, http }) => [name, `gRPC ${grpc}   GraphQL ${http}/graphql`]);
  const lines = [...edge, ...inner].map(([label = '', value]) => `  ${label.padEnd(13)} ${value}`);
  const accounts = demoAccounts.map(({ username }) => `${username} / ${demoPassword}`).join('   ');
  return [
    '',
    'MiniTwitter is ready.',
    ...lines,
    ...(seeded ? [`  ${'Demo'.padEnd(13)} ${accounts}`] : []),
    ...(embedded.length > 0
      ? [
          `  ${'Embedded'.padEnd(13)} ${embedded.join(', ')}, in ${config.DATA_DIR}: for development and small installations`,
        ]
      : []),
    '  Ctrl-C stops it.',
    '',
  ].join('\n');
}
