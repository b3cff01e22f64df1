import { z } from 'zod';
import type { Result } from './row.ts';
import type { ObjectShape, Shape, ShapeField } from './shape.ts';

export type JsonSchema = Record<string, unknown>;
export type Components = Map<string, JsonSchema>;

const userId = '0f8fad5b-d9cb-469f-a165-70867728950e';
const objectId = '65f1c0ffee0123456789abcd';

// What a field looks like, where its type alone does not say.
const examples: Record<string, unknown> = {
  username: 'ada',
  email: 'ada@example.com',
  first_name: 'Ada',
  last_name: 'Lovelace',
  bio: 'Poetical science.',
  content: 'Hello @grace, welcome to #minitwitter',
  message: '@grace liked your tweet.',
  access_token: 'eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCJ9.e30.c2ln',
  refresh_token: 'cmVmcmVzaA',
  token_type: 'Bearer',
  expires_in: 900,
  followers_count: 2,
  likes_count: 3,
};

// The graph has them null for everyone else, so that their type is nullable; a user's own always are there.
const neverNull: ReadonlyMap<string, readonly string[]> = new Map([['OwnUser', ['email', 'role']]]);

export const refTo = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });

/** The schema of an object shape: a reference to a component if the shape is named, which is then added to `components`. */
export function objectSchema(shape: ObjectShape, components: Components): JsonSchema {
  if (shape.name === null) return inlineObject(shape, components);
  if (!components.has(shape.name)) components.set(shape.name, inlineObject(shape, components));
  return refTo(shape.name);
}

/** The schema of what a route answers, found in the shape of its operation. */
export function resultSchema(
  result: Exclude<Result, { kind: 'none' }>,
  root: ObjectShape,
  components: Components,
): JsonSchema {
  const shape = result.path.reduce(childOf, root);
  if (result.kind === 'page') return pageSchema(shape, components);
  return objectSchema(result.lift === undefined ? shape : lifted(shape, result.lift), components);
}

/** The schema of a zod object as a client has to write it. */
export function inputSchema(schema: z.ZodType): JsonSchema {
  const { $schema, ...json } = z.toJSONSchema(schema, { io: 'input' });
  return json;
}

function pageSchema(shape: ObjectShape, components: Components): JsonSchema {
  const node = childOf(childOf(shape, 'edges'), 'node');
  const others = shape.fields.filter(({ key }) => key !== 'edges' && key !== 'pageInfo');
  const nextCursor = {
    type: ['string', 'null'],
    description: 'Opaque: give it back as `cursor`. Null on the last page.',
    examples: ['YzE6NjVmMWMwZmZlZQ'],
  };
  const items = {
    type: 'array',
    items: objectSchema(node, components),
    maxItems: 100,
    description: 'The items of this page.',
  };
  const name = `${node.name}Page`;
  components.set(name, {
    type: 'object',
    description: shape.description,
    properties: { items, next_cursor: nextCursor, ...properties(others, components) },
    required: ['items', 'next_cursor', ...others.map(({ key }) => key)],
    additionalProperties: false,
  });
  return refTo(name);
}

function inlineObject({ name, description, fields: given }: ObjectShape, components: Components): JsonSchema {
  const present = neverNull.get(name ?? '') ?? [];
  const fields = given.map((field) =>
    present.includes(field.key) ? { ...field, shape: { ...field.shape, nullable: false } } : field,
  );
  return {
    type: 'object',
    description,
    properties: properties(fields, components),
    required: fields.filter(({ optional }) => !optional).map(({ key }) => key),
    additionalProperties: false,
  };
}

const properties = (fields: readonly ShapeField[], components: Components): JsonSchema =>
  Object.fromEntries(fields.map((field) => [field.key, fieldSchema(field, components)]));

function fieldSchema(field: ShapeField, components: Components): JsonSchema {
  const condition = field.optional ? ' Only with a caller.' : '';
  const example = examples[field.key];
  return {
    ...nullableSchema(field.shape, field, components),
    description: field.description + condition,
    ...(example === undefined ? {} : { examples: [example] }),
  };
}

function nullableSchema(shape: Shape, field: ShapeField, components: Components): JsonSchema {
  const schema = valueSchema(shape, field, components);
  if (!shape.nullable) return schema;
  if (shape.kind === 'object') return { anyOf: [schema, { type: 'null' }] };
  const values = Array.isArray(schema.enum) ? { enum: [...schema.enum, null] } : {};
  return { ...schema, ...values, type: [schema.type, 'null'] };
}

function valueSchema(shape: Shape, field: ShapeField, components: Components): JsonSchema {
  if (shape.kind === 'object') return objectSchema(shape, components);
  if (shape.kind === 'list') return { type: 'array', items: nullableSchema(shape.item, field, components) };
  if (shape.kind === 'enum') return { type: 'string', enum: shape.values.map((value) => value.toLowerCase()) };
  return scalarSchema(shape.name, field);
}

function scalarSchema(type: string, { of, name }: ShapeField): JsonSchema {
  if (type === 'Int') return { type: 'integer' };
  if (type === 'Float') return { type: 'number' };
  if (type === 'Boolean') return { type: 'boolean' };
  if (type === 'DateTime') return { type: 'string', format: 'date-time', examples: ['2026-01-31T09:30:00.000Z'] };
  if (type !== 'ID') return { type: 'string' };
  const isUser = name === 'userId' || (of === 'User' && name === 'id');
  if (isUser) return { type: 'string', format: 'uuid', examples: [userId] };
  return { type: 'string', pattern: '^[0-9a-f]{24}$', examples: [objectId] };
}

/** The object under a key, or the objects in a list under it. */
function childOf(shape: ObjectShape, key: string): ObjectShape {
  const child = shape.fields.find((field) => field.key === key)?.shape;
  const inner = child?.kind === 'list' ? child.item : child;
  if (inner?.kind !== 'object') throw new Error(`The operation selects no object ${key}.`);
  return inner;
}

function lifted(shape: ObjectShape, key: string): ObjectShape {
  return { ...shape, fields: [...childOf(shape, key).fields, ...shape.fields.filter((field) => field.key !== key)] };
}
