import type { ExecutionResult } from 'graphql/index.js';
import type { CompiledOperation } from './compile.ts';
import { toError } from './errors.ts';
import type { Scope } from './projection.ts';
import type { Run } from './run.ts';
import type { JsonObject } from './values.ts';

export type Execution = ExecutionResult<JsonObject, JsonObject>;

/** Fetch what a compiled operation needs and shape the response; rejects where its plan cannot be followed. */
export async function executeCompiled<Context>(operation: CompiledOperation, run: Run<Context>): Promise<Execution> {
  await operation.fetch?.(run);
  try {
    return shape(operation, run);
  } catch (error) {
    return { errors: [toError(error)] };
  }
}

/** What the subgraphs got wrong hides what is found wrong with the data, which is then but a consequence. */
function shape<Context>({ shapeValid, project, newObject, rootType }: CompiledOperation, run: Run<Context>): Execution {
  const failed = run.errors.length > 0;
  const valid = shapeValid?.(run.data, run.variables);
  if (valid) return failed ? { errors: run.errors, data: valid } : { data: valid };
  const scope: Scope = {
    variables: run.variables,
    errors: failed ? null : [],
    path: [],
    hasErrors: false,
    isInvalid: false,
  };
  const output = newObject();
  const data = project(run.data, output, rootType, scope) ? output : null;
  if (failed) return { errors: run.errors, data };
  return scope.errors?.length ? { data, extensions: { valueCompletion: scope.errors } } : { data };
}
