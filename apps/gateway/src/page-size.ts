import { type DocumentNode, type FieldNode, Kind, type ValueNode } from 'graphql';
import type { PageSizeOf } from './document-measure.ts';

/** What services grant at most, so that larger wishes, which they refuse, are not counted as such. */
const maxPageSize = 100;
const isPageArgument = ({ name: { value } }: { name: { value: string } }): boolean =>
  value === 'first' || value === 'last';

/** Read `first` and `last`, whichever is greater; a variable counts as its given value, else as its default. */
export function createPageSizes(document: DocumentNode, variables: Variables): PageSizeOf {
  const defaults = new Map(
    document.definitions
      .flatMap((node) => (node.kind === Kind.OPERATION_DEFINITION ? (node.variableDefinitions ?? []) : []))
      .map(({ variable, defaultValue }) => [variable.name.value, defaultValue] as const),
  );
  const sizeOf = (value: ValueNode | undefined): number | undefined => {
    if (value?.kind === Kind.INT) return Number(value.value);
    if (value?.kind !== Kind.VARIABLE) return undefined;
    const name = value.name.value;
    const given = givenSize(variables, name);
    if (given !== undefined) return given;
    const fallback = defaults.get(name);
    return fallback?.kind === Kind.INT ? Number(fallback.value) : undefined;
  };

  return (field) => {
    const sizes = (field.arguments ?? []).filter(isPageArgument).map(({ value }) => sizeOf(value));
    const known = sizes.filter((size) => size !== undefined);
    return known.length === 0 ? undefined : Math.min(maxPageSize, Math.max(0, ...known));
  };
}

type Variables = Readonly<Record<string, unknown>>;

function givenSize(variables: Variables, name: string): number | undefined {
  const given = Object.hasOwn(variables, name) ? variables[name] : undefined;
  return typeof given === 'number' ? given : undefined;
}

/** The page sizes that are given for variables, as text: equal texts mean equal sizes. */
export const pageSizesIn = (variables: Variables, names: Iterable<string>): string =>
  Array.from(names, (name) => givenSize(variables, name) ?? '').join();

/** The variables that a field's page size depends on. */
export const pageVariablesOf = (field: FieldNode): string[] =>
  (field.arguments ?? []).flatMap((argument) =>
    isPageArgument(argument) && argument.value.kind === Kind.VARIABLE ? argument.value.name.value : [],
  );
