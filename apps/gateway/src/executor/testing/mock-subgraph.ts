import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  type DocumentNode,
  execute,
  GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLFormattedError,
  type GraphQLNullableType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isAbstractType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  parse,
} from 'graphql/index.js';
import { isObjectLike, ownValue } from '../values.ts';
import { hashOf } from './random.ts';

/** How often, in a hundred, a subgraph's field is null or fails; `isTrue` keeps nulls from where the type has none. */
export type Faults = { nulls: number; errors: number; isTrue?: boolean };

type Context = { seed: number; faults: Faults };

export type Answer = { data?: Record<string, unknown> | null; errors?: readonly GraphQLFormattedError[] };

/**
 * A subgraph without data: what it answers follows from the seed, an object's identity, the field and its arguments alone, so
 * that an entity is the same wherever it is asked for. There are a few entities of each type only, so that they recur.
 */
export function createMockSubgraph(typeDefs: DocumentNode) {
  const schema = buildSubgraphSchema({ typeDefs, resolvers: interfaceResolvers(typeDefs) });
  const documents = new Map<string, DocumentNode>();
  const ask = async (
    query: string,
    variableValues: Record<string, unknown>,
    contextValue: Context,
  ): Promise<Answer> => {
    const document = documents.get(query) ?? parse(query);
    if (documents.size < 1000) documents.set(query, document);
    const answer = await execute({ schema, document, variableValues, contextValue, fieldResolver, typeResolver });
    return JSON.parse(JSON.stringify(answer));
  };

  /** An object of which every field is a function of its arguments, to what the subgraph would answer. */
  function eventOf(type: unknown, source: unknown, context: Context): Record<string, unknown> {
    if (!isObjectType(type)) throw new Error(`There is no object type ${type}.`);
    const wrap = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(wrap);
      if (!isMock(value)) return value;
      return { ...eventOf(schema.getType(value.__typename), value, context), __typename: value.__typename };
    };
    const fields = Object.values(type.getFields()).map(({ name, type: returnType }) => {
      const info = { fieldName: name, returnType, schema };
      return [name, (args: Record<string, unknown>) => wrap(resolveField(source, args, context, info))];
    });
    return Object.fromEntries(fields);
  }
  return { ask, event: (context: Context) => eventOf(schema.getSubscriptionType(), undefined, context) };
}

/** Entities that are asked for by an interface are of one of the types that implement it. */
function interfaceResolvers({ definitions }: DocumentNode) {
  const objects = definitions.filter((node) => node.kind === Kind.OBJECT_TYPE_DEFINITION);
  const interfaces = definitions.filter((node) => node.kind === Kind.INTERFACE_TYPE_DEFINITION);
  const resolvers = interfaces.map(({ name }) => {
    const types = objects.filter((object) =>
      object.interfaces?.some((implemented) => implemented.name.value === name.value),
    );
    const __resolveReference = (reference: Readonly<Record<string, unknown>>) => {
      const type = types[hashOf(JSON.stringify(reference)) % types.length];
      return { ...reference, __typename: type?.name.value };
    };
    return [name.value, { __resolveReference }] as const;
  });
  return Object.fromEntries(resolvers);
}

type Mock = { identity: string; __typename: string };

const isMock = (value: unknown): value is Mock => isObjectLike(value) && typeof value.identity === 'string';
const typeResolver = (value: unknown): string | undefined =>
  isObjectLike(value) && typeof value.__typename === 'string' ? value.__typename : undefined;

type FieldInfo = Pick<GraphQLResolveInfo, 'fieldName' | 'returnType' | 'schema'>;

const fieldResolver: GraphQLFieldResolver<unknown, Context> = (source, args, context, info) =>
  resolveField(source, args, context, info);

function resolveField(source: unknown, args: object, { seed, faults }: Context, info: FieldInfo): unknown {
  const given = isObjectLike(source) && !isMock(source) ? ownValue(source, info.fieldName) : undefined;
  if (given !== undefined) return given;
  const identity = isMock(source) ? source.identity : JSON.stringify(source ?? null);
  const place = `${seed} ${identity} ${info.fieldName} ${JSON.stringify(args)}`;
  const luck = hashOf(`${place} luck`) % 100;
  if (luck < faults.errors) throw failure(info, hashOf(place));
  return valueFor(info.returnType, place, faults, info);
}

function failure({ fieldName }: FieldInfo, hash: number): GraphQLError {
  const codes = ['FORBIDDEN', 'NOT_FOUND', undefined];
  const code = codes[hash % codes.length];
  return new GraphQLError(`${fieldName} failed`, { extensions: { ...(code && { code }), detail: hash % 7 } });
}

function valueFor(type: GraphQLOutputType, place: string, faults: Faults, info: FieldInfo): unknown {
  if (!isNonNullType(type))
    return hashOf(`${place} null`) % 100 < faults.nulls ? null : presentFor(type, place, faults, info);
  // One in twenty of the nulls is against the type.
  const isBroken = !faults.isTrue && hashOf(`${place} null`) % 2000 < faults.nulls;
  return isBroken ? null : presentFor(type.ofType, place, faults, info);
}

function presentFor(
  type: GraphQLNullableType & GraphQLOutputType,
  place: string,
  faults: Faults,
  info: FieldInfo,
): unknown {
  const hash = hashOf(place);
  if (isListType(type))
    return Array.from({ length: hash % 4 }, (_, index) => valueFor(type.ofType, `${place}/${index}`, faults, info));
  if (isLeafType(type))
    return isEnumType(type) ? type.getValues()[hash % type.getValues().length]?.name : leafOf(type.name, hash);
  const types = isAbstractType(type) ? info.schema.getPossibleTypes(type) : [type];
  const { name } = types[hash % types.length] ?? type;
  const isEntity = entityNames(info.schema).has(name);
  return { __typename: name, identity: isEntity ? `${name}:${hash % 3}` : place };
}

const entities = new WeakMap<GraphQLSchema, ReadonlySet<string>>();

function entityNames(schema: GraphQLSchema): ReadonlySet<string> {
  const union = schema.getType('_Entity');
  const names =
    entities.get(schema) ??
    new Set(isAbstractType(union) ? schema.getPossibleTypes(union).map(({ name }) => name) : []);
  entities.set(schema, names);
  return names;
}

const leaves: Record<string, (hash: number) => unknown> = {
  Boolean: (hash) => hash % 2 === 0,
  Int: (hash) => (hash % 5) - 2,
  Float: (hash) => (hash % 9) / 4,
  ID: (hash) => `id${hash % 1000}`,
  String: (hash) => ['', '__proto__', 'text', `"quoted" ${hash % 100}`, 'ü \u2028 😀'][hash % 5],
};

const customs: readonly unknown[] = [{ a: [1, { b: null }], __typename: 'None' }, [1, [2]], 'custom', 7, false];

const leafOf = (name: string, hash: number): unknown => leaves[name]?.(hash) ?? customs[hash % customs.length];
