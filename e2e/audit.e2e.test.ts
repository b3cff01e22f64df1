import { serverAudits } from 'graphql-http';
import { describe, expect, inject, it } from 'vitest';
import { url } from './support/world.ts';

const servers = { edge: url, ...inject('subgraphs') };

describe.each(Object.entries(servers))('the %s', (_name, base) => {
  it('serves GraphQL over HTTP as its specification says, without an error', async () => {
    const failures: string[] = [];
    for (const audit of serverAudits({ url: `${base}/graphql` })) {
      const result = await audit.fn();
      if (result.status === 'error') failures.push(`${audit.name}: ${result.reason}`);
    }
    expect(failures).toEqual([]);
  });
});
