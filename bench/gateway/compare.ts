import { isDeepStrictEqual } from 'node:util';
import type { Client } from './client.ts';
import { type GatewayName, titles } from './gateways.ts';
import type { GatewayOperation } from './operations.ts';

type Asked = { name: GatewayName; client: Pick<Client, 'send'> };

/** Throws unless all gateways give the first one's answer, in whatever order of keys. Returns the answer's size in bytes. */
export async function requireSameAnswers(
  gateways: readonly Asked[],
  { name: operation, body }: GatewayOperation,
  token: string,
): Promise<number> {
  const answers = await Promise.all(
    gateways.map(async ({ name, client }) => ({ name, text: await client.send('/graphql', token, body) })),
  );
  const [first, ...others] = answers.map(({ name, text }) => ({ name, text, value: JSON.parse(text) as unknown }));
  if (!first) throw new Error('There is no gateway to ask.');
  for (const { name, value } of others) {
    if (isDeepStrictEqual(value, first.value)) continue;
    const where = differenceOf(first.value, value, '$');
    throw new Error(`${titles[name]} answers ${operation} otherwise than ${titles[first.name]}, first at ${where}.`);
  }
  return Buffer.byteLength(first.text);
}

/** Where two values differ first, as a path. */
function differenceOf(a: unknown, b: unknown, path: string): string {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) {
    return `${path}: ${JSON.stringify(a)} against ${JSON.stringify(b)}`;
  }
  const [left, right] = [new Map(Object.entries(a)), new Map(Object.entries(b))];
  const keys = new Set([...left.keys(), ...right.keys()]);
  const key = [...keys].find((name) => !isDeepStrictEqual(left.get(name), right.get(name)));
  return key === undefined ? path : differenceOf(left.get(key), right.get(key), `${path}.${key}`);
}
