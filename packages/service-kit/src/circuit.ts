import { bounds } from './bounds.ts';
import { unavailable } from './errors.ts';

export type Circuit = <T>(call: () => Promise<T>) => Promise<T>;

type CircuitOptions = {
  name: string;
  /** Failures in a row that open it. */
  threshold?: number;
  /** How long it stays open before one call may try again. */
  openMs?: number;
  isFailure: (error: unknown) => boolean;
  now?: () => number;
};

/** A circuit breaker: after `threshold` failures in a row calls fail at once with UNAVAILABLE, until a probe succeeds. */
export function createCircuit({
  name,
  threshold = bounds.calls.circuit.threshold,
  openMs = bounds.calls.circuit.openMs,
  isFailure,
  now = Date.now,
}: CircuitOptions): Circuit {
  let failures = 0;
  let openUntil = 0;
  return async (call) => {
    if (failures >= threshold) {
      if (now() < openUntil) throw unavailable(name);
      openUntil = now() + openMs;
    }
    try {
      const result = await call();
      failures = 0;
      return result;
    } catch (error) {
      if (!isFailure(error)) failures = 0;
      else if (++failures >= threshold) openUntil = now() + openMs;
      throw error;
    }
  };
}
