import type { EdgeContext } from './edge-context.ts';
import { toError } from './executor/errors.ts';
import type { CompiledExecutor, ExecutionRequest } from './executor/executor.ts';
import { retryAfterOf } from './retry-after.ts';
import { tellErrors } from './told-errors.ts';

export type KnownAnswer = { status: number; retryAfter: string | undefined; text: string };

/**
 * Execute an operation of a valid document and answer as Apollo Server does: 400 where nothing was executed, for the variables
 * do not fit, and 500 where nothing can be.
 */
export const createKnownAnswers =
  ({ execute }: Pick<CompiledExecutor<EdgeContext>, 'execute'>) =>
  async (request: ExecutionRequest<EdgeContext>): Promise<KnownAnswer> => {
    let status = 200;
    const { data, errors, extensions } = await execute(request).catch((error: unknown) => {
      status = 500;
      return { data: undefined, errors: [toError(error)], extensions: undefined };
    });
    if (!errors) return { status, retryAfter: undefined, text: textOf({ data, extensions }) };
    const told = tellErrors(errors, request.context.log);
    if (data === undefined && status === 200) status = 400;
    return { status, retryAfter: retryAfterOf(told), text: textOf({ errors: told, data, extensions }) };
  };

export type AnswerKnown = ReturnType<typeof createKnownAnswers>;

const textOf = (result: object): string => `${JSON.stringify(result)}\n`;
