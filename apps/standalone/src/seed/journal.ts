import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';

const entry = z.object({ step: z.string(), id: z.string() });

/** What of the demo world is planted already, kept in a file so that an interrupted seed goes on where it stopped. */
export function openJournal(file: string) {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
  const done = new Map(lines.map((line) => entry.parse(JSON.parse(line))).map(({ step, id }) => [step, id]));
  return {
    /** Do a step once; answers with the id that it made, now or before. */
    once: async (step: string, act: () => Promise<string>): Promise<string> => {
      const known = done.get(step);
      if (known !== undefined) return known;
      const id = await act();
      appendFileSync(file, `${JSON.stringify({ step, id })}\n`);
      done.set(step, id);
      return id;
    },
  };
}
