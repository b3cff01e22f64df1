import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  validate,
  visit,
} from 'graphql';

/** One GraphQL operation with every fragment that it uses. */
export type Operation = { name: string; source: string; document: DocumentNode };
export type Operations = ReadonlyMap<string, Operation>;

const defaultDirectory = fileURLToPath(new URL('../operations/', import.meta.url));

/**
 * Read `<directory>/*.graphql` (one operation a file, named like its file) with the fragments of `<directory>/fragments`,
 * and check them against the schema. Throws an error that lists all that is wrong.
 */
export function loadOperations(schema: GraphQLSchema, directory = defaultDirectory): Operations {
  const fragments = new Map(readFragments(join(directory, 'fragments')).map((node) => [node.name.value, node]));
  const operations = readDocuments(directory).map(({ name, document }) => withFragments(name, document, fragments));
  const wrong = operations.flatMap(({ name, document }) =>
    validate(schema, document).map(({ message }) => `  ${name}: ${message}`),
  );
  for (const { name, document } of operations) {
    if (operationOf(document).name?.value !== name) wrong.push(`  ${name}: the operation is not named like its file`);
  }
  if (wrong.length > 0) throw new Error(`The operations do not fit the schema:\n${wrong.join('\n')}`);
  return new Map(operations.map((operation) => [operation.name, operation]));
}

/** The one operation definition of a document. */
export function operationOf(document: DocumentNode): OperationDefinitionNode {
  for (const node of document.definitions) if (node.kind === Kind.OPERATION_DEFINITION) return node;
  throw new Error('The document holds no operation.');
}

/** The fragments of a document by name. */
export function fragmentsOf(document: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  const fragments = document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION);
  return new Map(fragments.map((node) => [node.name.value, node]));
}

function readDocuments(directory: string): { name: string; document: DocumentNode }[] {
  const files = readdirSync(directory).filter((file) => file.endsWith('.graphql'));
  return files.sort().map((file) => ({
    name: basename(file, '.graphql'),
    document: parse(readFileSync(join(directory, file), 'utf8'), { noLocation: true }),
  }));
}

const readFragments = (directory: string): FragmentDefinitionNode[] =>
  readDocuments(directory).flatMap(({ document }) => [...fragmentsOf(document).values()]);

function withFragments(
  name: string,
  own: DocumentNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): Operation {
  const used = new Set<FragmentDefinitionNode>();
  const collect = (node: DocumentNode | FragmentDefinitionNode): void => {
    visit(node, {
      FragmentSpread(spread) {
        const fragment = fragments.get(spread.name.value);
        if (!fragment || used.has(fragment)) return;
        used.add(fragment);
        collect(fragment);
      },
    });
  };
  collect(own);
  const document: DocumentNode = { kind: Kind.DOCUMENT, definitions: [...own.definitions, ...used] };
  return { name, source: print(document), document };
}
