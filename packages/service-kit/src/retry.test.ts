import { describe, expect, it } from 'vitest';
import { createRetryBudget, retry } from './retry.ts';

const down = new Error('down');
const quick = { attempts: 3, baseMs: 0, maxMs: 0 };

/** A task that fails so many times and then succeeds, and how often it was tried. */
function failing(times: number) {
  let tries = 0;
  const task = async () => {
    tries += 1;
    if (tries <= times) throw down;
    return 'up';
  };
  return { task, tries: () => tries };
}

describe('a retry', () => {
  it('tries until it succeeds', async () => {
    const { task, tries } = failing(2);
    await expect(retry(task, quick)).resolves.toBe('up');
    expect(tries()).toBe(3);
  });

  it('gives up after its attempts, and at once for what is not to be tried again', async () => {
    const often = failing(3);
    await expect(retry(often.task, quick)).rejects.toBe(down);
    expect(often.tries()).toBe(3);
    const once = failing(1);
    await expect(retry(once.task, { ...quick, retryIf: () => false })).rejects.toBe(down);
    expect(once.tries()).toBe(1);
  });

  it('is left out when calls that fail together have used up their budget, until calls succeed again', async () => {
    const budget = createRetryBudget({ most: 3, perSuccess: 0.5 });
    let tries = 0;
    const call = (isUp: boolean) =>
      retry(
        async () => {
          tries += 1;
          if (!isUp) throw down;
        },
        { ...quick, budget },
      ).catch(() => undefined);

    for (let i = 0; i < 10; i++) await call(false);
    expect(tries).toBe(10 + 3);
    for (let i = 0; i < 4; i++) await call(true);
    tries = 0;
    await call(false);
    expect(tries).toBe(1 + 2);
  });
});
