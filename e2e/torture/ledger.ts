/** What one user last did to one thing, as acknowledged; `unknown` while a write has gone out and no answer has come. */
export type Intent = 'yes' | 'no' | 'unknown';

/** What clients were told: the truth that the platform must agree with after any crash. */
export function createLedger() {
  const tweets = new Map<string, { author: number; deleted: Intent }>();
  /** The tweet of each comment. */
  const comments = new Map<string, string>();
  const likes = new Map<string, Intent>();
  const follows = new Map<string, Intent>();
  let acknowledged = 0;
  return {
    tweets,
    comments,
    likes,
    follows,
    acknowledge: () => {
      acknowledged += 1;
    },
    acknowledged: () => acknowledged,
  };
}

export type Ledger = ReturnType<typeof createLedger>;

/** Bounds of a count of intents: those that are certain, and those that may be. */
export function boundsOf(intents: Iterable<Intent>): { least: number; most: number } {
  let least = 0;
  let most = 0;
  for (const intent of intents) {
    if (intent === 'yes') least += 1;
    if (intent !== 'no') most += 1;
  }
  return { least, most };
}
