import type { Ending } from './doubled/place.ts';

/** Which of the two of its kind. */
export type Index = 0 | 1;

/** What the process of a doubled platform is asked to do to itself. */
export type Command =
  | { do: 'restart'; part: 'edge' | 'notification'; index: Index; ending: Ending }
  /** One of every `every` connections to an edge. */
  | { do: 'sever'; index: Index; every: number };

export type Request = { id: number; command: Command };

/** The ports of the edges when it is ready, and then an answer to each request. */
export type Report = { edges: readonly [number, number] } | { id: number; error?: string };
