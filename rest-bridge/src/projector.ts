import type { ObjectShape, Shape } from './shape.ts';

/** GraphQL data in the REST shape. */
export type Projector = (data: unknown) => unknown;

/**
 * Compile the projection of a shape: aliases have named the fields, so what is left is to write enum values in lower case.
 * Data that holds none is passed through as it is.
 */
export const compileProjector = (shape: ObjectShape): Projector => compile(shape) ?? ((data) => data);

function compile(shape: Shape): Projector | null {
  if (shape.kind === 'scalar') return null;
  if (shape.kind === 'enum') return (value) => (typeof value === 'string' ? value.toLowerCase() : value);
  if (shape.kind === 'list') {
    const item = compile(shape.item);
    return item && ((value) => (Array.isArray(value) ? value.map(item) : value));
  }
  const fields = shape.fields.flatMap(({ key, shape: inner }) => {
    const project = compile(inner);
    return project ? [{ key, project }] : [];
  });
  return fields.length === 0 ? null : (value) => projectFields(value, fields);
}

function projectFields(value: unknown, fields: readonly { key: string; project: Projector }[]): unknown {
  const found = asRecord(value);
  if (!found) return value;
  const projected = { ...found };
  for (const { key, project } of fields) if (key in projected) projected[key] = project(projected[key]);
  return projected;
}

/** The object at a value, or null where it is none. */
export const asRecord = (value: unknown): Record<string, unknown> | null => (isRecord(value) ? value : null);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
