import type { Operation, Schema, SelectionSet } from '@apollo/federation-internals';

/** The names of the `@tag`s on the fields that an operation selects (specification of Apollo's core `tag`, version 0.3). */
export function tagsOf({ selectionSet }: Operation, supergraph: Schema): ReadonlySet<string> {
  const tags = new Set<string>();
  const seen = new Set<SelectionSet>();
  const collect = (selections: SelectionSet | undefined): void => {
    if (!selections || seen.has(selections)) return;
    seen.add(selections);
    for (const selection of selections.selections()) {
      if (selection.kind === 'FieldSelection') {
        const { parent, name } = selection.element.definition;
        for (const tag of tagsOfField(supergraph, parent.name, name)) tags.add(tag);
      }
      collect(selection.selectionSet);
    }
  };
  collect(selectionSet);
  return tags;
}

function tagsOfField(supergraph: Schema, typeName: string, fieldName: string): string[] {
  const type = supergraph.type(typeName);
  if (type?.kind !== 'ObjectType' && type?.kind !== 'InterfaceType') return [];
  const applied = type.field(fieldName)?.appliedDirectivesOf('tag') ?? [];
  return applied.map((directive) => String(directive.arguments().name));
}
