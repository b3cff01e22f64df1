import type { ApolloServerOptionsWithGateway } from '@apollo/server';
import { within } from '@minitwitter/service-kit/context';
import { isFault, toDomainError } from '@minitwitter/service-kit/errors';
import { fromExtensionCode } from '@minitwitter/service-kit/graphql-errors';
import { graphqlDuration } from '@minitwitter/service-kit/metrics';
import type { Tracer, Work } from '@minitwitter/service-kit/tracing';
import { type DocumentNode, type GraphQLError, getOperationAST } from 'graphql';
import { type EdgeContext, isEdgeContext } from './edge-context.ts';
import type { CompiledExecutor } from './executor/executor.ts';

type Gateway = ApolloServerOptionsWithGateway<EdgeContext>['gateway'];
type Asked = { document: DocumentNode; operationName?: string | null | undefined; context: EdgeContext };
type Told = { errors?: readonly GraphQLError[] | undefined };

/** Whoever sends documents gives the names: those that come first are told apart, all others are one. */
const maxNames = 200;

/** Measure and trace the execution of valid operations by their names. */
export function createOperationObserver(tracer: Tracer) {
  const works = new Map<string, Work>();

  function workOf(type: string, name: string): Work {
    const key = `${type} ${name}`;
    const known = works.get(key);
    if (known) return known;
    if (works.size >= maxNames && name !== 'other') return workOf(type, 'other');
    const attributes = { 'graphql.operation.type': type, 'graphql.operation.name': name };
    const work: Work = { name: key, kind: 'server', attributes };
    works.set(key, work);
    return work;
  }

  const find = ({ document, operationName }: Omit<Asked, 'context'>): Work => {
    const operation = getOperationAST(document, operationName);
    return workOf(operation?.operation ?? 'query', operation?.name?.value ?? 'anonymous');
  };

  async function observe<Answer extends Told>(
    asked: Asked,
    execute: (context: EdgeContext) => Promise<Answer>,
  ): Promise<Answer> {
    const work = find(asked);
    const span = tracer.start(work, asked.context.traceparent);
    const { 'graphql.operation.type': type = '', 'graphql.operation.name': operation = '' } = work.attributes;
    const end = graphqlDuration.startTimer({ type, operation });
    let code = 'OK';
    try {
      const answer = await execute(within(asked.context, span.traceparent));
      const [error] = answer.errors ?? [];
      if (error) code = fromExtensionCode(error.extensions.code);
      return answer;
    } catch (error) {
      code = toDomainError(error).code;
      throw error;
    } finally {
      end({ code });
      span.end(isFault(code) ? code : undefined);
    }
  }

  return {
    /** The same executor, observed; what is planned beforehand has its place among the names. */
    observed: (executor: CompiledExecutor<EdgeContext>): CompiledExecutor<EdgeContext> => ({
      ...executor,
      execute: (request) => observe(request, (context) => executor.execute({ ...request, context })),
      plan: (request) => {
        find(request);
        executor.plan(request);
      },
    }),
    /** The gateway of Apollo Server, observed. */
    observedGateway: (gateway: Gateway): Gateway => ({
      onSchemaLoadOrUpdate: (callback) => gateway.onSchemaLoadOrUpdate(callback),
      load: async (loading) => {
        const { executor } = await gateway.load(loading);
        if (!executor) return { executor };
        return {
          executor: (request) => {
            const { document, request: asked, context } = request;
            if (!isEdgeContext(context)) return executor(request);
            return observe({ document, operationName: asked.operationName, context }, (own) =>
              executor({ ...request, context: own }),
            );
          },
        };
      },
      stop: () => gateway.stop(),
    }),
  };
}
