import { type Checks, createReadiness } from '@minitwitter/service-kit/health';
import { NotReadyError } from './http-transport.ts';
import type { Subgraph } from './subgraphs.ts';

type Readiness = ReturnType<typeof createReadiness>;

/** Whether the edge's own dependencies and every subgraph answer; of a subgraph that is not ready, which of its own do not. */
export function createEdgeReadiness(
  own: Checks,
  subgraphs: ReadonlyMap<string, Pick<Subgraph, 'checkReady'>>,
): Readiness {
  const reasons = new Map<string, string>();
  const checks = Array.from(subgraphs, ([name, { checkReady }]) => {
    const check = async (): Promise<void> => {
      reasons.delete(name);
      await checkReady().catch((error: unknown) => {
        if (error instanceof NotReadyError) reasons.set(name, error.message);
        throw error;
      });
    };
    return [name, check] as const;
  });
  const ask = createReadiness({ ...own, ...Object.fromEntries(checks) });

  return async () => {
    const { ready, checks: states } = await ask();
    const told = Object.entries(states).map(([name, state]) => [
      name,
      state === 'ok' ? state : (reasons.get(name) ?? state),
    ]);
    return { ready, checks: Object.fromEntries(told) };
  };
}
