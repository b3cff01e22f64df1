import type { FetchNode } from '@apollo/query-planner';
import { failedPaths } from '../failed-paths.ts';
import { readSubgraphError, type SubgraphError } from './errors.ts';
import { prefixOf, type Run, type SubgraphCall } from './run.ts';
import { isJsonObject, type JsonObject, ownValue } from './values.ts';

/** Send a fetch with the variables that it uses and the given representations, a list in JSON; it never rejects. */
export type FetchRequest = <Context>(
  run: Run<Context>,
  representations: string | undefined,
  read: (data: JsonObject) => void,
) => Promise<readonly SubgraphError[]>;

const reserved = 'representations';

/**
 * Compile a fetch to what sends it: all of the request but the variables is serialised beforehand. `read` gets the data, and may
 * throw when it is not what was asked for; that, like a call that fails, is told as an error at each place that lacks data.
 */
export function compileRequest(node: FetchNode): FetchRequest {
  const { serviceName: service, operation: query, operationName, operationKind: kind } = node;
  const prefix = prefixOf(query, operationName);
  const serialiseVariables = compileVariables(node);

  return async (run, representations, read) => {
    const variables = serialiseVariables(run.variables, representations);
    const call: SubgraphCall = { service, kind, query, operationName, variables, prefix };
    let told: readonly SubgraphError[] = [];
    try {
      if (representations && node.variableUsages?.includes(reserved) && ownValue(run.variables, reserved) !== undefined)
        throw new Error(`Variables cannot contain key "${reserved}"`);
      const { data, errors } = await run.transport.send(call, run.context);
      if (Array.isArray(errors)) told = errors.map((error) => readSubgraphError(error, service));
      if (isJsonObject(data)) read(data);
      return told;
    } catch (failure) {
      const { message, extensions = {} } = run.transport.describeFailure(failure, call, run.context);
      const entities = representations && JSON.parse(representations);
      const paths = failedPaths(query, { [reserved]: entities });
      return [...told, ...(paths.length > 0 ? paths : [undefined]).map((path) => ({ message, path, extensions }))];
    }
  };
}

type SerialiseVariables = (variables: Readonly<JsonObject>, representations: string | undefined) => string;

function compileVariables({ variableUsages = [] }: FetchNode): SerialiseVariables {
  const keyed = variableUsages.map((variable) => ({ variable, key: `${JSON.stringify(variable)}:` }));
  return (variables, representations) => {
    const members: string[] = [];
    for (const { variable, key } of keyed) {
      const value = ownValue(variables, variable);
      if (value !== undefined) members.push(key + JSON.stringify(value));
    }
    if (representations) members.push(`"${reserved}":${representations}`);
    return `{${members.join()}}`;
  };
}
