import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/** How large a selection set is once its fragments are spread out. */
export type Measure = {
  depth: number;
  /** The depth below `__schema` and `__type`, which tools need to be deeper. */
  introspectionDepth: number;
  fields: number;
  aliases: number;
  rootFields: number;
  /** The root fields of a mutation. */
  mutations: number;
  /** The estimated number of objects in the answer. */
  cost: number;
  /** The part of the cost that its connection's page size multiplies: what is below `edges`. */
  costPerEdge: number;
};

/** The page size that a field asks for; undefined when it leaves it to the service. */
export type PageSizeOf = (field: FieldNode) => number | undefined;

/** A document that cannot be measured, since its fragments lead back to themselves or its nesting is absurd. */
export class EndlessDocumentError extends Error {
  override readonly name = 'EndlessDocumentError';
}

const defaultPageSize = 20;
const introspectionCost = 1000;
const maxNesting = 40;

/**
 * Measure every operation of a document. Each fragment is measured once, however often it is spread, so that the time is
 * linear in the document's size. Throws an EndlessDocumentError.
 */
export function measureOperations(document: DocumentNode, pageSizeOf: PageSizeOf): Measure[] {
  const fragments = new Map<string, FragmentDefinitionNode>();
  const operations: OperationDefinitionNode[] = [];
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
    if (node.kind === Kind.OPERATION_DEFINITION) operations.push(node);
  }
  const measured = new Map<string, Measure>();
  const open = new Set<string>();

  function measureFragment(name: string): Measure {
    const known = measured.get(name);
    if (known) return known;
    const fragment = fragments.get(name);
    if (!fragment) return nothing;
    if (open.has(name)) throw new EndlessDocumentError('its fragments lead back to themselves');
    open.add(name);
    const measure = measureSelections(fragment.selectionSet, 0);
    open.delete(name);
    measured.set(name, measure);
    return measure;
  }

  function measureField(field: FieldNode, nesting: number): Measure {
    const name = field.name.value;
    const aliased = field.alias ? 1 : 0;
    const inner = field.selectionSet ? measureSelections(field.selectionSet, nesting + 1) : nothing;
    const own = { fields: 1 + inner.fields, aliases: aliased + inner.aliases, rootFields: 1, mutations: 0 };
    if (name === '__schema' || name === '__type') {
      const introspectionDepth = 1 + inner.depth;
      return { ...own, depth: 1, introspectionDepth, cost: introspectionCost, costPerEdge: 0 };
    }
    const size = inner.costPerEdge > 0 ? (pageSizeOf(field) ?? defaultPageSize) : 0;
    const cost = (field.selectionSet ? 1 : 0) + inner.cost + size * inner.costPerEdge;
    const { introspectionDepth } = inner;
    const costs = name === 'edges' ? { cost: 0, costPerEdge: cost } : { cost, costPerEdge: 0 };
    return { ...own, depth: 1 + inner.depth, introspectionDepth, ...costs };
  }

  function measureSelections({ selections }: SelectionSetNode, nesting: number): Measure {
    if (nesting > maxNesting) throw new EndlessDocumentError('its fields are nested too deep');
    const sum = { ...nothing };
    for (const node of selections) {
      if (node.kind === Kind.FIELD) add(sum, measureField(node, nesting));
      else if (node.kind === Kind.FRAGMENT_SPREAD) add(sum, measureFragment(node.name.value));
      else add(sum, measureSelections(node.selectionSet, nesting + 1));
    }
    return sum;
  }

  return operations.map(({ operation, selectionSet }) => {
    const measure = measureSelections(selectionSet, 0);
    return operation === 'mutation' ? { ...measure, mutations: measure.rootFields } : measure;
  });
}

const nothing: Readonly<Measure> = {
  depth: 0,
  introspectionDepth: 0,
  fields: 0,
  aliases: 0,
  rootFields: 0,
  mutations: 0,
  cost: 0,
  costPerEdge: 0,
};

function add(sum: Measure, part: Measure): void {
  sum.depth = Math.max(sum.depth, part.depth);
  sum.introspectionDepth = Math.max(sum.introspectionDepth, part.introspectionDepth);
  sum.fields += part.fields;
  sum.aliases += part.aliases;
  sum.rootFields += part.rootFields;
  sum.cost += part.cost;
  sum.costPerEdge += part.costPerEdge;
}
