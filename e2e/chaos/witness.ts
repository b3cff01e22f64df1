import { createRest, type Rest } from '../support/rest.ts';

/** A request that had no answer, or one that the platform is to blame for; `at` is when it was sent, in milliseconds. */
export type Failed = { at: number; text: string };

/** A REST client that writes down which requests failed. */
export function createWitness(url: string) {
  const plain = createRest(url, () => undefined);
  const failed: Failed[] = [];
  let asked = 0;
  const rest: Rest = async (method, path, options) => {
    const at = performance.now();
    const blame = (reason: string) => failed.push({ at, text: `${method} ${path}: ${reason}` });
    asked += 1;
    try {
      const answer = await plain(method, path, options);
      if (answer.status >= 500) blame(`${answer.status} ${JSON.stringify(answer.body)}`);
      return answer;
    } catch (error) {
      const cause = error instanceof Error ? error.cause : undefined;
      blame(cause === undefined ? String(error) : `${error} ${cause}`);
      throw error;
    }
  };
  return { rest, failed, asked: () => asked };
}
