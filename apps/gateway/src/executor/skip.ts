import { type Operation, Variable } from '@apollo/federation-internals';
import { type JsonObject, ownValue } from './values.ts';

type Element = ReturnType<Operation['selectionSet']['selections']>[number]['element'];
type Condition = (variables: Readonly<JsonObject>) => boolean;

/** Whether `@skip` and `@include` leave a selection out (specification of GraphQL, section 3.13); undefined without them. */
export function compileSkip(element: Element, operation: Operation): Condition | undefined {
  const skip = compileIf(element, 'skip', operation);
  const include = compileIf(element, 'include', operation);
  if (!include) return skip;
  return (variables) => skip?.(variables) === true || !include(variables);
}

function compileIf(element: Element, name: 'skip' | 'include', operation: Operation): Condition | undefined {
  const [directive] = element.appliedDirectivesOf(name);
  if (!directive) return undefined;
  const argument: unknown = directive.arguments().if;
  if (!(argument instanceof Variable)) return () => argument === true;
  const variable = argument.name;
  const fallback: unknown = operation.variableDefinitions.definition(variable)?.defaultValue;
  const place = `variable ${argument} of ${directive}`;
  return (variables) => {
    const value = Object.hasOwn(variables, variable) ? ownValue(variables, variable) : fallback;
    if (typeof value === 'boolean') return value;
    throw new Error(`Unexpected value ${value} for ${place}`);
  };
}
