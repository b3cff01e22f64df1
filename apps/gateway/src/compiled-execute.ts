import type { Execute } from '@minitwitter/rest-bridge/execute';
import type { Operation } from '@minitwitter/rest-bridge/operations';
import type { Logger } from '@minitwitter/service-kit/logger';
import { contextOf, type EdgeContext } from './edge-context.ts';
import type { CompiledExecutor } from './executor/executor.ts';
import { tellErrors } from './told-errors.ts';

const requestOf = ({ name, document }: Operation) => ({ document, documentKey: `rest:${name}`, operationName: name });

/**
 * Execute the bridge's operations in this process, without Apollo Server: their documents are parsed, and checked against the
 * graph, at start, and can be planned then.
 */
export function createCompiledExecute(
  { execute, plan }: Pick<CompiledExecutor<EdgeContext>, 'execute' | 'plan'>,
  log: Logger,
): { execute: Execute; prepare: (operation: Operation) => void } {
  const answer: Execute = async (request) => {
    const { operation, variables } = request;
    const context = contextOf(request, log);
    const executed = { ...requestOf(operation), variables, context };
    const { data, errors } = await execute(executed);
    return {
      ...(data !== undefined && { data }),
      ...(errors && { errors: tellErrors(errors, context.log) }),
    };
  };
  return { execute: answer, prepare: (operation) => plan(requestOf(operation)) };
}
