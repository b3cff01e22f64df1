import {
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type NamedType,
  type Operation,
  type OutputType,
  type SelectionSet,
  typenameFieldName,
} from '@apollo/federation-internals';
import { leafTest } from '../leaf.ts';
import type { TypeIndex } from '../type-index.ts';
import type { JsonObject } from '../values.ts';
import { Code, memberName, UnsupportedError, whereSupported } from './code.ts';
import { type Collected, type Collection, createCollect } from './collect.ts';

/**
 * Shape the response of data in which all is as the types want it; undefined else, so that it has to be shaped by what tells
 * what is wrong.
 */
export type ShapeValid = (data: JsonObject, variables: Readonly<JsonObject>) => JsonObject | undefined;

/** Generate the shaping of an operation's response; undefined where it selects what is left to closures. */
export function generateShape(types: TypeIndex, operation: Operation, rootType: string): ShapeValid | undefined {
  return whereSupported(() => {
    const writer = new ShapeWriter(types, operation);
    return writer.code.make<ShapeValid>(writer.object([operation.selectionSet], rootType));
  });
}

/**
 * Writes functions of a value `v` and the variables `n`, which answer with what the response has of the value. Each returns
 * undefined at the first thing that is not as it should be.
 */
class ShapeWriter {
  readonly code = new Code();
  readonly #collect;

  constructor(types: TypeIndex, operation: Operation) {
    this.#collect = createCollect(types, operation);
  }

  /** The function for objects of a type. */
  object(sets: readonly SelectionSet[], typename: string): string {
    const collection = this.#collect(sets, typename);
    const check = checkObject(typename, collection);
    const fields = collection.fields.map((field, at) => ({
      ...field,
      at: `m${at}`,
      name: memberName(field.key),
      read: this.#read(field, `m${at}`, typename),
    }));
    if (fields.every(({ skips }) => skips.length === 0)) {
      const members = fields.map(({ name, at }) => `${name}: ${at}`);
      return this.code.define('v, n', [check, ...fields.map(({ read }) => read), `return { ${members} };`].join('\n'));
    }
    const writes = fields.map(({ skips, read, name, at }) => {
      const isSkipped = skips.map((skip) => `${this.code.constant(skip)}(n)`).join(' || ');
      return `if (!(${isSkipped || 'false'})) {\n${read}\no.${name} = ${at};\n}`;
    });
    return this.code.define('v, n', [check, 'const o = {};', ...writes, 'return o;'].join('\n'));
  }

  #read({ key, field, sets }: Collected, at: string, typename: string): string {
    const { definition, name } = field;
    const value = `v.${memberName(key)}`;
    if (name === typenameFieldName) {
      const isOther = (told: string) => `(${told} ?? ${at}) !== ${at}`;
      return `const ${at} = '${memberName(typename)}';\nif (${isOther(value)} || ${isOther('v.__typename')}) return;`;
    }
    if (!definition.type || definition.isSchemaIntrospectionField()) throw new UnsupportedError('introspection');
    return `let ${at} = ${value};\n${this.#complete(definition.type, sets, at)}`;
  }

  #complete(type: OutputType, sets: readonly SelectionSet[], at: string): string {
    const isNull = `${at} === undefined || ${at} === null`;
    if (isNonNullType(type)) return `if (${isNull}) return;\n${this.#completeValue(type.ofType, sets, at)}`;
    return `if (${isNull}) ${at} = null;\nelse {\n${this.#completeValue(type, sets, at)}\n}`;
  }

  #completeValue(type: OutputType, sets: readonly SelectionSet[], at: string): string {
    if (isLeafType(type)) return `if (${quickTest(type, at)}!${this.code.constant(leafTest(type))}(${at})) return;`;
    if (isListType(type))
      return `${at} = ${this.#list(type.ofType, sets)}(${at}, n);\nif (${at} === undefined) return;`;
    if (isObjectType(type))
      return `${at} = ${this.object(sets, type.name)}(${at}, n);\nif (${at} === undefined) return;`;
    throw new UnsupportedError('an abstract type');
  }

  #list(type: OutputType, sets: readonly SelectionSet[]): string {
    const element = `let e = v[i];\n${this.#complete(type, sets, 'e')}\no[i] = e;`;
    const loop = `for (let i = 0; i < v.length; i++) {\n${element}\n}`;
    return this.code.define(
      'v, n',
      `if (!Array.isArray(v)) return;\nconst o = new Array(v.length);\n${loop}\nreturn o;`,
    );
  }
}

function checkObject(typename: string, { dependsOnTypename }: Collection): string {
  const isUntold = dependsOnTypename ? '' : 't !== undefined && ';
  const isOther = `${isUntold}t !== '${memberName(typename)}'`;
  return `if (typeof v !== 'object' || Array.isArray(v)) return;\nconst t = v.__typename;\nif (${isOther}) return;`;
}

const quickTypes: ReadonlyMap<string, string> = new Map([
  ['ID', 'string'],
  ['String', 'string'],
  ['Boolean', 'boolean'],
]);

/** What passes without a call of the test. */
function quickTest({ name }: NamedType, at: string): string {
  const quick = quickTypes.get(name);
  return quick ? `typeof ${at} !== '${quick}' && ` : '';
}
