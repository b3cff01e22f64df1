import { type DocumentNode, Kind, type SelectionSetNode, visit } from 'graphql';
import { pageVariablesOf } from './page-size.ts';

/** What a document's text holds, fragments counted once. */
export type Survey = {
  fragments: number;
  directives: number;
  /** Fields beyond the first of their response key within one selection set: validation compares each with each. */
  repeats: number;
  /** The variables that page sizes depend on. */
  pageVariables: Set<string>;
  mutates: boolean;
  signIns: number;
};

const signInFields = new Set(['register', 'login', 'refresh']);

/** Count what can be counted without spreading fragments out; linear in the document's size. */
export function surveyDocument(document: DocumentNode): Survey {
  const pageVariables = new Set<string>();
  const survey = { fragments: 0, directives: 0, repeats: 0, pageVariables, mutates: false, signIns: 0 };
  visit(document, {
    FragmentDefinition: () => void survey.fragments++,
    Directive: () => void survey.directives++,
    OperationDefinition: ({ operation }) => {
      survey.mutates ||= operation === 'mutation';
    },
    SelectionSet: (node, _key, parent) => {
      const isInline = parent && 'kind' in parent && parent.kind === Kind.INLINE_FRAGMENT;
      if (!isInline) survey.repeats += repeatsOf(node);
    },
    Field: (field) => {
      for (const name of pageVariablesOf(field)) pageVariables.add(name);
      if (signInFields.has(field.name.value)) survey.signIns++;
    },
  });
  return survey;
}

function repeatsOf(selections: SelectionSetNode): number {
  const keys: string[] = [];
  collectKeys(selections, keys);
  return keys.length - new Set(keys).size;
}

/** The response keys of a selection set, those in its inline fragments included. */
function collectKeys({ selections }: SelectionSetNode, keys: string[]): void {
  for (const node of selections) {
    if (node.kind === Kind.FIELD) keys.push(node.alias?.value ?? node.name.value);
    else if (node.kind === Kind.INLINE_FRAGMENT) collectKeys(node.selectionSet, keys);
  }
}
