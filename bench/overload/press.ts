import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { inParallel } from '../support/parallel.ts';

/** So many clients, each of which asks again as soon as it has an answer. */
export type Crowd = {
  clients: number;
  /** Whether who is refused comes back when the answer says. */
  patient: boolean;
};

/** What a crowd got, with times in milliseconds. */
export type Pressed = {
  crowd: Crowd;
  answered: number;
  p50: number;
  p99: number;
  refused: number;
  refusedP50: number;
};

type Target = { url: string; token: string };

const impatientMs = 50;
const openedAtOnce = 32;

/**
 * Let a crowd ask for some seconds, on connections that are open when it begins: libuv accepts one a turn of the event loop, and a
 * turn is long by then. Throws for an answer that is neither 200 nor 503.
 */
export async function press({ url, token }: Target, crowd: Crowd, seconds: number): Promise<Pressed> {
  const agents = Array.from({ length: crowd.clients }, () => new Agent({ keepAlive: true, maxSockets: 1 }));
  const headers = { authorization: `Bearer ${token}` };
  const answered: number[] = [];
  const refused: number[] = [];

  async function ask(agent: Agent): Promise<IncomingMessage> {
    const [response]: [IncomingMessage] = await once(get(url, { agent, headers }), 'response').then(([first]) => [
      first,
    ]);
    response.resume();
    await once(response, 'end');
    return response;
  }

  await inParallel(agents.length, openedAtOnce, async (index) => void (await ask(agents[index] ?? new Agent())));
  const endAt = performance.now() + seconds * 1000;

  async function client(agent: Agent): Promise<void> {
    while (performance.now() < endAt) {
      const begun = performance.now();
      const { statusCode, headers: told } = await ask(agent);
      const took = performance.now() - begun;
      if (statusCode === 200) answered.push(took);
      else if (statusCode === 503) {
        refused.push(took);
        const waitMs = crowd.patient ? Number(told['retry-after']) * 1000 : impatientMs;
        await delay(Math.min(waitMs, Math.max(0, endAt - performance.now())));
      } else throw new Error(`It answered ${statusCode}.`);
    }
  }

  await Promise.all(agents.map(client));
  for (const agent of agents) agent.destroy();
  const [p50, p99] = [at(answered, 0.5), at(answered, 0.99)];
  return { crowd, answered: answered.length, p50, p99, refused: refused.length, refusedP50: at(refused, 0.5) };
}

const at = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? 0;
