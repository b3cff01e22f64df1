import type { GraphQLSchema } from 'graphql';
import type { Execute, ExecuteRequest } from './execute.ts';
import { fromGraphqlError } from './graphql-errors.ts';
import { type Operation, type Operations, operationOf } from './operations.ts';
import { type Picked, pickResult } from './pick.ts';
import { compileProjector } from './projector.ts';
import type { Prepared, Result } from './row.ts';
import { shapeOf } from './shape.ts';

export type RunContext = {
  requestId: string;
  traceparent: string;
  authorization: string | undefined;
  deadline: number;
  signedIn: boolean;
  clientIp: string | undefined;
  userAgent: string | undefined;
};

/** Execute a prepared operation and take the result out of its data; throws a DomainError for the first GraphQL error. */
export type RunOperation = (result: Result, prepared: Prepared, context: RunContext) => Promise<Picked>;

/** Compile the operations once: their declared variables and the projection of their data. */
export function createRunner(schema: GraphQLSchema, operations: Operations, execute: Execute): RunOperation {
  const compiled = new Map([...operations].map(([name, operation]) => [name, compile(schema, operation)]));

  return async (result, { operation: name, variables }, { signedIn, clientIp, userAgent, ...context }) => {
    const plan = compiled.get(name);
    if (!plan) throw new Error(`There is no operation ${name}.`);
    const request: ExecuteRequest = {
      ...context,
      operation: plan.operation,
      variables: plan.select({ ...variables, signedIn }),
      ...(clientIp === undefined ? {} : { clientIp }),
      ...(userAgent === undefined ? {} : { userAgent }),
    };
    const { data, errors: [error] = [] } = await execute(request);
    if (error) throw fromGraphqlError(error, { executed: data !== undefined });
    return pickResult(result, plan.project(data));
  };
}

function compile(schema: GraphQLSchema, operation: Operation) {
  const declared = operationOf(operation.document).variableDefinitions ?? [];
  const names = new Set(declared.map(({ variable }) => variable.name.value));
  return {
    operation,
    project: compileProjector(shapeOf(schema, operation)),
    select: (variables: Record<string, unknown>): Record<string, unknown> =>
      Object.fromEntries(Object.entries(variables).filter(([name, value]) => names.has(name) && value !== undefined)),
  };
}
