import { readFileSync } from 'node:fs';
import { buildSchema, isEnumType, isInputObjectType, isInterfaceType, isObjectType } from 'graphql';
import { expect, it } from 'vitest';

type Described = { name: string; description?: string | null | undefined };

const schema = buildSchema(readFileSync(new URL('supergraph.graphql', import.meta.url), 'utf8'));
const isOurs = ({ name }: Described) =>
  !name.includes('__') && !['String', 'Int', 'Float', 'Boolean', 'ID'].includes(name);

/** Whether each of what stands in a type is described, by its path. */
function* partsOf(type: ReturnType<typeof schema.getTypeMap>[string]): Generator<[string, Described]> {
  yield [type.name, type];
  if (isEnumType(type)) for (const value of type.getValues()) yield [`${type.name}.${value.name}`, value];
  if (isInputObjectType(type)) {
    for (const field of Object.values(type.getFields())) yield [`${type.name}.${field.name}`, field];
  }
  if (!isObjectType(type) && !isInterfaceType(type)) return;
  for (const field of Object.values(type.getFields())) {
    yield [`${type.name}.${field.name}`, field];
    for (const argument of field.args) yield [`${type.name}.${field.name}(${argument.name})`, argument];
  }
}

it('describes every type, field, argument, enum value and input field of the graph', () => {
  const parts = Object.values(schema.getTypeMap())
    .filter(isOurs)
    .flatMap((type) => [...partsOf(type)]);
  expect(parts.length).toBeGreaterThan(100);
  const bare = parts.filter(([, { description }]) => !description?.trim()).map(([path]) => path);
  expect(bare).toEqual([]);
});
