import { vi } from 'vitest';

/** Wait until a check passes: as long as a slow machine may need, and no longer than it takes. */
export const eventually = <T>(check: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: 10_000, interval: 20 });
