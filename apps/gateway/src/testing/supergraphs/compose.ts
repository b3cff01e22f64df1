import { composeServices } from '@apollo/composition';
import { parse } from 'graphql/index.js';
import type { Subgraphs } from './load.ts';

/** The SDL of the supergraph; throws an AggregateError of all that keeps the subgraphs from being one. */
export function compose(subgraphs: Subgraphs): string {
  const services = Object.entries(subgraphs).map(([name, sdl]) => ({
    name,
    url: `http://${name}`,
    typeDefs: parse(sdl),
  }));
  const { supergraphSdl, errors } = composeServices(services);
  if (errors) throw new AggregateError(errors, errors.map(({ message }) => message).join('\n'));
  return supergraphSdl;
}
