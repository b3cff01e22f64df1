import { isCustomScalarType, isEnumType, type NamedType } from '@apollo/federation-internals';

/** Integers from here on are written with an exponent, which the library does not take for an integer. */
const firstInExponents = 1e21;
const isInteger = (value: unknown): boolean =>
  typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < firstInExponents;
const isString = (value: unknown): boolean => typeof value === 'string';

/**
 * A test of whether a value, not null, may stand for a leaf type in a response; a custom scalar takes anything (as
 * `isValidLeafValue` of @apollo/federation-internals 2.14).
 */
export function leafTest(type: NamedType): (value: unknown) => boolean {
  if (isCustomScalarType(type)) return () => true;
  if (isEnumType(type)) {
    const names = new Set<unknown>(type.values.map(({ name }) => name));
    return (value) => names.has(value);
  }
  switch (type.name) {
    case 'Boolean':
      return (value) => typeof value === 'boolean';
    case 'Int':
      return isInteger;
    case 'Float':
      return (value) => typeof value === 'number' && Number.isFinite(value);
    case 'ID':
      return (value) => isString(value) || isInteger(value);
    default:
      return isString;
  }
}
