import type { Execute } from '@minitwitter/rest-bridge/execute';
import type { Logger } from '@minitwitter/service-kit/logger';
import { formatError, logUnknown } from './apollo.ts';
import { contextOf, type EdgeContext } from './edge-context.ts';
import type { CompiledExecutor } from './executor/executor.ts';

/**
 * Execute the bridge's operations in this process, without Apollo Server: their documents are parsed, and checked against the
 * graph, at start.
 */
export function createCompiledExecute(
  { execute }: Pick<CompiledExecutor<EdgeContext>, 'execute'>,
  log: Logger,
): Execute {
  return async (request) => {
    const { operation, variables } = request;
    const { name, document } = operation;
    const context = contextOf(request, log);
    const executed = { document, documentKey: `rest:${name}`, operationName: name, variables, context };
    const { data, errors } = await execute(executed);
    if (errors) logUnknown(errors, context.log);
    return {
      ...(data !== undefined && { data }),
      ...(errors && { errors: errors.map((error) => formatError(error.toJSON(), error)) }),
    };
  };
}
