import type { Dice } from './dice.ts';
import { objectId, quote } from './queries.ts';

/** Documents that are wrong, too large or not for this door; no two have the same text. */
export function createRefused(dice: Dice): Record<'invalid' | 'hostile' | 'subscription', () => string> {
  const many = (count: number, write: (index: number) => string): string =>
    Array.from({ length: count }, (_, index) => write(index)).join(' ');

  const invalid = [
    () => `{ me { ${dice.name()} } }`,
    () => `{ ${dice.name()}(id: ${dice.below(2 ** 31)}) { id } }`,
    () => `query ${dice.name()}($${dice.name()}: Int) { me { id } }`,
    () => `{ ${dice.name()}: tweets(first: ${quote(dice.name())}) { edges { node { id } } } }`,
    () => `{ ${dice.name()}: tweets(first: ${1000 + dice.below(2 ** 20)}) { edges { cursor } } }`,
    () => `{ ${dice.name()}: tweets(first: 2, after: ${quote(dice.name())}) { edges { cursor } } }`,
    () => `{ ${dice.name()}: me { id `,
    () => `mutation ${dice.name()} { deleteTweet(input: { id: ${quote(objectId(dice))} }) { id } }`,
  ];
  const hostile = [
    () =>
      `{ me ${'{ tweets(first: 1) { edges { node { author '.repeat(6)} { ${dice.name()}: id } ${'} } } }'.repeat(6)} }`,
    () => `{ ${many(60 + dice.below(300), () => `${dice.name()}: __typename`)} }`,
    () => `{ ${many(25 + dice.below(50), () => `${dice.name()}: me { id }`)} }`,
    () => `{ ${dice.name()}: me { ${'id '.repeat(1500 + dice.below(2000))} } }`,
    () => `{ ${dice.name()}: __typename ${many(1500, () => dice.name())} }`,
    () => `{ ...A } fragment A on Query { ${dice.name()}: __typename ...B } fragment B on Query { ...A }`,
    () => `{ ${dice.name()}: tweets(first: 100) { edges { node { comments(first: 100) { edges { cursor } } } } } }`,
    () => `{ ${dice.pick(['__proto__', 'constructor', 'prototype'])}: me { ${dice.name()}: id } }`,
    () => `query ${dice.name()} { me { id ${many(60, (index) => `@skip(if: ${index % 2 === 0})`)} } }`,
  ];
  return {
    invalid: () => dice.pick(invalid)(),
    hostile: () => dice.pick(hostile)(),
    subscription: () => `subscription ${dice.name()} { ${dice.name()}: notificationReceived { id message } }`,
  };
}
