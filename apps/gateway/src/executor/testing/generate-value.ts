import {
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
} from 'graphql/index.js';
import type { Random } from './random.ts';

/** A value for an input type, as JSON has it. */
export type InputValue = null | boolean | number | string | readonly InputValue[] | { [name: string]: InputValue };

/** A value that is valid for an input type. */
export function generateValue(type: GraphQLInputType, random: Random, depth = 2): InputValue {
  if (isNonNullType(type)) return present(type.ofType, random, depth);
  return random.chance(0.15) ? null : present(type, random, depth);
}

function present(type: GraphQLInputType, random: Random, depth: number): InputValue {
  if (isNonNullType(type)) return present(type.ofType, random, depth);
  if (isListType(type))
    return Array.from({ length: random.below(3) }, () => generateValue(type.ofType, random, depth - 1));
  if (isEnumType(type)) return random.pick(type.getValues()).name;
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(
      (field) => isRequiredInputField(field) || (depth > 0 && random.chance(0.5)),
    );
    return Object.fromEntries(fields.map((field) => [field.name, generateValue(field.type, random, depth - 1)]));
  }
  switch (type.name) {
    case 'Boolean':
      return random.chance(0.5);
    case 'Int':
      return random.below(50);
    case 'Float':
      return random.below(50) / 4;
    case 'ID':
      return random.pick(['id1', 'id2', 'constructor']);
    default:
      return random.pick(['text', '__proto__', 'a "quoted" one', '']);
  }
}

/** The value as a literal of a document. */
export function printValue(value: InputValue, type: GraphQLInputType): string {
  if (value === null) return 'null';
  if (isNonNullType(type)) return printValue(value, type.ofType);
  if (Array.isArray(value)) {
    const items: readonly InputValue[] = value;
    return `[${items.map((item) => (isListType(type) ? printValue(item, type.ofType) : JSON.stringify(item))).join(', ')}]`;
  }
  if (isInputObjectType(type) && typeof value === 'object') {
    const fields = type.getFields();
    const members = Object.entries(value).map(([name, member]) => {
      const field = fields[name];
      if (!field) throw new Error(`${type} has no ${name}.`);
      return `${name}: ${printValue(member, field.type)}`;
    });
    return `{ ${members.join(', ')} }`;
  }
  return isEnumType(type) ? String(value) : JSON.stringify(value);
}
