import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

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

/** Let a crowd ask for some seconds. Throws for an answer that is neither 200 nor 503. */
export async function press({ url, token }: Target, crowd: Crowd, seconds: number): Promise<Pressed> {
  const agent = new Agent({ keepAlive: true, maxSockets: crowd.clients });
  const headers = { authorization: `Bearer ${token}` };
  const answered: number[] = [];
  const refused: number[] = [];
  const endAt = performance.now() + seconds * 1000;

  async function ask(): Promise<IncomingMessage> {
    const [response]: [IncomingMessage] = await once(get(url, { agent, headers }), 'response').then(([first]) => [
      first,
    ]);
    response.resume();
    await once(response, 'end');
    return response;
  }

  async function client(): Promise<void> {
    while (performance.now() < endAt) {
      const begun = performance.now();
      const { statusCode, headers: told } = await ask();
      const took = performance.now() - begun;
      if (statusCode === 200) answered.push(took);
      else if (statusCode === 503) {
        refused.push(took);
        const waitMs = crowd.patient ? Number(told['retry-after']) * 1000 : impatientMs;
        await delay(Math.min(waitMs, Math.max(0, endAt - performance.now())));
      } else throw new Error(`It answered ${statusCode}.`);
    }
  }

  await Promise.all(Array.from({ length: crowd.clients }, client));
  agent.destroy();
  const [p50, p99] = [at(answered, 0.5), at(answered, 0.99)];
  return { crowd, answered: answered.length, p50, p99, refused: refused.length, refusedP50: at(refused, 0.5) };
}

const at = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? 0;
