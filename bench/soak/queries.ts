import type { Dice } from './dice.ts';
import type { Field, Fields } from './schema.ts';

/** What exists, for queries to ask for. */
export type Known = Readonly<Record<'userIds' | 'usernames' | 'tweetIds' | 'commentIds', readonly string[]>>;

const maxDepth = 6;
const maxFields = 4;
const maxPage = 4;

/** Queries over a graph that are valid, and of which no two have the same text: aliases and literals are drawn by lot. */
export function createQueries(fields: Fields, known: Known, dice: Dice): () => string {
  const idsFor: Record<string, readonly string[]> = {
    user: known.userIds,
    tweet: known.tweetIds,
    comment: known.commentIds,
  };
  const writers: Record<string, (field: string) => string> = {
    first: () => String(1 + dice.below(maxPage)),
    username: () => quote(dice.chance(0.8) ? dice.pick(known.usernames) : dice.name()),
    id: (field) => quote(dice.chance(0.1) ? objectId(dice) : dice.pick(idsFor[field] ?? [objectId(dice)])),
    filter: () =>
      dice.pick([
        () => `{ query: ${quote(dice.name())} }`,
        () => `{ hashtag: ${quote(`tag${dice.below(9)}`)} }`,
        () => `{ userId: ${quote(dice.pick(known.userIds))} }`,
      ])(),
    unreadOnly: () => String(dice.chance(0.5)),
  };
  const argumentsOf = ({ name, args }: Field): string => {
    const given = args.flatMap((arg) => {
      const value = writers[arg];
      return value && (required.has(arg) || dice.chance(0.3)) ? [`${arg}: ${value(name)}`] : [];
    });
    return given.length > 0 ? `(${given.join(', ')})` : '';
  };
  const write = (field: Field, depth: number): string => {
    const inner = fields.has(field.type) ? ` { ${selections(field.type, depth - 1)} }` : '';
    return `${dice.name()}: ${field.name}${argumentsOf(field)}${inner}`;
  };
  /** Of a page everything but its entries is a leaf, so that depth leads somewhere. */
  const selections = (type: string, depth: number): string => {
    const all = fields.get(type) ?? [];
    const reachable = depth > 0 ? all : all.filter((field) => !fields.has(field.type));
    const entries = depth > 0 ? all.filter(({ name }) => name === 'edges' || name === 'node') : [];
    const count = 1 + dice.below(depth > maxDepth - 2 ? 2 : maxFields);
    const chosen =
      entries.length > 0 ? entries : Array.from({ length: count }, () => dice.pick([...reachable, typename]));
    return chosen.map((field) => write(field, depth)).join(' ');
  };
  return () => `query ${dice.name()} { ${selections('Query', maxDepth)} }`;
}

const typename: Field = { name: '__typename', args: [], type: 'String' };
/** Pages without a size would be of 20. */
const required = new Set(['first', 'id', 'username']);

export const quote = (text: string): string => JSON.stringify(text);

/** One that nothing has. */
export const objectId = (dice: Dice): string => Array.from({ length: 24 }, () => dice.below(16).toString(16)).join('');
