import { type DocumentNode, type FieldNode, Kind, type ValueNode } from 'graphql';
import type { PageSizeOf } from './document-measure.ts';

/** What services grant at most, so that larger wishes, which they refuse, are not counted as such. */
const maxPageSize = 100;
const isPageArgument = ({ name: { value } }: { name: { value: string } }): boolean =>
  value === 'first' || value === 'last';

/** Read `first` and `last`, whichever is greater; a variable counts as its given value, else as its default. */
export function createPageSizes(document: DocumentNode, variables: Readonly<Record<string, unknown>>): PageSizeOf {
  const defaults = new Map(
    document.definitions
      .flatMap((node) => (node.kind === Kind.OPERATION_DEFINITION ? (node.variableDefinitions ?? []) : []))
      .map(({ variable, defaultValue }) => [variable.name.value, defaultValue] as const),
  );
  const sizeOf = (value: ValueNode | undefined): number | undefined => {
    if (value?.kind === Kind.INT) return Number(value.value);
    if (value?.kind !== Kind.VARIABLE) return undefined;
    const name = value.name.value;
    const given = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (typeof given === 'number') return given;
    const fallback = defaults.get(name);
    return fallback?.kind === Kind.INT ? Number(fallback.value) : undefined;
  };

  return (field) => {
    const sizes = (field.arguments ?? []).filter(isPageArgument).map(({ value }) => sizeOf(value));
    const known = sizes.filter((size) => size !== undefined);
    return known.length === 0 ? undefined : Math.min(maxPageSize, Math.max(0, ...known));
  };
}

/** Whether a field's page size depends on a variable. */
export const hasVariablePageSize = (field: FieldNode): boolean =>
  (field.arguments ?? []).some((argument) => isPageArgument(argument) && argument.value.kind === Kind.VARIABLE);
