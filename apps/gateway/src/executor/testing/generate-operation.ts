import {
  doTypesOverlap,
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  isRequiredArgument,
  isUnionType,
  OperationTypeNode,
  parse,
  validate,
} from 'graphql/index.js';
import { generateValue, type InputValue, printValue } from './generate-value.ts';
import { createRandom, type Random } from './random.ts';

export type GeneratedOperation = {
  query: string;
  operationName: string | undefined;
  variables: Record<string, InputValue>;
};

export type Size = { depth: number; breadth: number };

/** Response names that meet each other, and some that are words of JavaScript. */
const aliases = ['a', 'b', 'c', 'default', 'v', 't', 'm0'];
/** The same, and names that objects already answer to. */
const oddAliases = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', ...aliases];

/** A valid operation over a schema that follows from a seed; undefined where what came out is not valid. */
export function generateOperation(
  schema: GraphQLSchema,
  kind: OperationTypeNode,
  seed: number,
  size: Size,
): GeneratedOperation | undefined {
  const root = schema.getRootType(kind);
  if (!root) return undefined;
  const writer = createWriter(schema, createRandom(seed));
  const { depth, breadth } = size;
  const isSubscription = kind === OperationTypeNode.SUBSCRIPTION;
  const selections = isSubscription
    ? writer.field(root, depth, breadth, () => '')
    : writer.selections(root, depth, breadth);
  const { query, operationName, variables } = writer.finish(kind, selections);
  return validate(schema, parse(query)).length === 0 ? { query, operationName, variables } : undefined;
}

function createWriter(schema: GraphQLSchema, random: Random) {
  const fragments = new Map<string, { type: GraphQLCompositeType; text: string }>();
  const definitions: string[] = [];
  const variables = new Map<string, InputValue>();
  const names = new Set<string>();
  /** What each response name stands for, so that most of them can be merged. */
  const meanings = new Map<string, string>();
  const wantedAliases = random.chance(0.5) ? aliases : oddAliases;

  function variable(type: GraphQLArgument['type'], isRequired: boolean): string {
    const wanted = random.pick(['v', 'constructor', '__proto__', 'first']);
    const name = names.has(wanted) ? `v${definitions.length}` : wanted;
    names.add(name);
    const fallback = random.chance(0.3) ? generateValue(type, random) : undefined;
    definitions.push(`$${name}: ${type}${fallback === undefined ? '' : ` = ${printValue(fallback, type)}`}`);
    if (fallback === undefined ? isRequired || random.chance(0.8) : random.chance(0.5))
      variables.set(name, random.chance(0.01) ? [{ wrong: true }] : generateValue(type, random));
    return `$${name}`;
  }

  function argumentsOf(field: GraphQLField<unknown, unknown>): string {
    const given = field.args.filter((argument) => isRequiredArgument(argument) || random.chance(0.4));
    if (given.length === 0) return '';
    const texts = given.map(({ name, type, ...argument }) => {
      const value = random.chance(0.4)
        ? variable(type, isRequiredArgument({ name, type, ...argument }))
        : printValue(generateValue(type, random), type);
      return `${name}: ${value}`;
    });
    return `(${texts.join(', ')})`;
  }

  function directives(): string {
    if (!random.chance(0.12)) return '';
    const condition = () => {
      if (random.chance(0.4)) return String(random.chance(0.5));
      const name = `if${random.below(3)}`;
      const definition = `$${name}: Boolean!${name === 'if0' ? ' = true' : ''}`;
      if (!definitions.includes(definition)) {
        definitions.push(definition);
        if (name !== 'if0' || random.chance(0.5)) variables.set(name, random.chance(0.5));
      }
      return `$${name}`;
    };
    const applied = random.chance(0.1) ? ['skip', 'include'] : [random.pick(['skip', 'include'])];
    return applied.map((name) => ` @${name}(if: ${condition()})`).join('');
  }

  function field(parent: GraphQLCompositeType, depth: number, breadth: number, conditions = directives): string {
    const fields = isUnionType(parent) ? [] : Object.values(parent.getFields());
    const reachable = depth > 0 ? fields : fields.filter(({ type }) => !isCompositeType(getNamedType(type)));
    if (reachable.length === 0 || random.chance(0.08))
      return `${random.chance(0.2) ? 'kind: ' : ''}__typename${conditions()}`;
    const chosen = random.pick(reachable);
    const type = getNamedType(chosen.type);
    const call = `${chosen.name}${argumentsOf(chosen)}`;
    const inner = isCompositeType(type) ? ` { ${selections(type, depth - 1, breadth)} }` : '';
    return `${aliasFor(chosen.name, `${parent.name}.${call}`)}${call}${conditions()}${inner}`;
  }

  function aliasFor(name: string, meaning: string): string {
    const wanted = random.chance(0.2) ? random.pick(wantedAliases) : name;
    const key = (meanings.get(wanted) ?? meaning) === meaning || random.chance(0.1) ? wanted : `f${meanings.size}`;
    meanings.set(key, meaning);
    return key === name ? '' : `${key}: `;
  }

  function fragment(parent: GraphQLCompositeType, depth: number, breadth: number): string {
    const known = [...fragments].filter(([, { type }]) => doTypesOverlap(schema, type, parent));
    if (known.length > 0 && random.chance(0.4)) return `...${random.pick(known)[0]}${directives()}`;
    if (random.chance(0.1))
      return `...${directives() || ' @include(if: true)'} { ${selections(parent, depth, breadth)} }`;
    const type = random.pick(overlapping(parent));
    const text = selections(type, depth, Math.max(1, breadth - 1));
    if (random.chance(0.6)) return `... on ${type.name}${directives()} { ${text} }`;
    const name = `F${fragments.size}`;
    fragments.set(name, { type, text });
    return `...${name}${directives()}`;
  }

  const overlapping = (parent: GraphQLCompositeType): readonly GraphQLCompositeType[] => {
    if (!isAbstractType(parent)) return [parent, ...parent.getInterfaces()];
    const types = Object.values(schema.getTypeMap()).filter(
      (type) => isObjectType(type) || isInterfaceType(type) || isUnionType(type),
    );
    return types.filter((type) => doTypesOverlap(schema, type, parent));
  };

  function selections(parent: GraphQLCompositeType, depth: number, breadth: number): string {
    const count = 1 + random.below(breadth);
    const fragmentShare = isAbstractType(parent) ? 0.5 : 0.15;
    return Array.from({ length: count }, () =>
      random.chance(fragmentShare) && depth > 0 ? fragment(parent, depth - 1, breadth) : field(parent, depth, breadth),
    ).join(' ');
  }

  function finish(kind: OperationTypeNode, text: string) {
    const isQuery = kind === OperationTypeNode.QUERY;
    const extra =
      isQuery && random.chance(0.05) ? ' __schema { queryType { name } } __type(name: "Query") { kind name }' : '';
    const operationName = random.chance(0.6) ? 'Generated' : undefined;
    const named = `${kind} ${operationName ?? ''}${definitions.length > 0 ? `(${definitions.join(', ')})` : ''} { ${text}${extra} }`;
    const parts = [
      named,
      ...Array.from(fragments, ([name, { type, text }]) => `fragment ${name} on ${type.name} { ${text} }`),
    ];
    if (operationName && random.chance(0.1)) parts.unshift('query Other { __typename }');
    return { query: parts.join('\n'), operationName, variables: Object.fromEntries(variables) };
  }

  return { selections, field, finish };
}
