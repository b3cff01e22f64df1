import { askGraphql } from '@minitwitter/e2e/graphql';

type TypeRef = { name: string | null; ofType?: TypeRef | null };
type Introspected = {
  __schema: { types: { name: string; fields: { name: string; args: { name: string }[]; type: TypeRef }[] | null }[] };
};

export type Field = { name: string; args: readonly string[]; type: string };
/** The fields of each object type of a graph, by the type's name; a field's type is the named one inside lists. */
export type Fields = ReadonlyMap<string, readonly Field[]>;

const named = 'name ofType { name ofType { name ofType { name } } }';
const introspection = `{ __schema { types { name fields { name args { name } type { ${named} } } } } }`;

/** Ask a running edge for its graph. */
export async function readFields(url: string): Promise<Fields> {
  const { data, errors } = await askGraphql<Introspected>(url, introspection);
  if (!data) throw new Error(`The graph cannot be read: ${errors?.[0]?.message}`);
  const objects = data.__schema.types.flatMap(({ name, fields }) =>
    fields && !name.startsWith('__') ? [{ name, fields }] : [],
  );
  return new Map(
    objects.map(({ name, fields }) => [
      name,
      fields.map((field) => ({ ...field, args: field.args.map((arg) => arg.name), type: nameOf(field.type) })),
    ]),
  );
}

const nameOf = ({ name, ofType }: TypeRef): string => name ?? (ofType ? nameOf(ofType) : '');
