import { type Journal, openJournal, type StringValue } from './redis-journal.ts';

/** The parts of ioredis-mock's shared state that commands write through; keys are whole, times are epoch ms. */
export type Data = {
  clear(): void;
  delete(key: string): void;
  get(key: string): unknown;
  has(key: string): boolean;
  keys(prefix?: string): string[];
  set(key: string, value: unknown): void;
};
export type Expires = {
  clear(): void;
  delete(key: string): void;
  get(key: string): number | undefined;
  has(key: string): boolean;
  isExpired(key: string): boolean;
  set(key: string, at: number): void;
};
export type Context = { data: Data; expires: Expires };

const SWEEP_MS = 30_000;

/**
 * Puts itself between the commands and the state of ioredis-mock: with `dir`, string keys are loaded from a journal and
 * written through to it; and keys that expired are forgotten even when nobody asks for them again. The answer to close()
 * leaves the state as it was, and empty.
 */
export function hookStore(context: Context, dir: string | undefined): { close(): void } {
  const original = { ...context };
  const journal = dir ? openJournal(dir) : undefined;
  for (const { key, value, expiresAt } of journal?.load() ?? []) {
    original.data.set(key, value);
    if (expiresAt !== null) original.expires.set(key, expiresAt);
  }
  const strings = new Set(original.data.keys());
  const expiring = new Set(strings.values().filter((key) => original.expires.has(key)));
  const writer = journal && createWriter(original, journal);
  const touch = (key: string) => writer?.touch(key);

  const { data, expires } = original;
  context.data = {
    ...data, // get and has delete what has expired, by the delete below
    clear() {
      for (const key of strings) touch(key);
      strings.clear();
      data.clear();
    },
    delete(key) {
      data.delete(key);
      expiring.delete(key);
      if (strings.delete(key)) touch(key);
    },
    set(key, value) {
      data.set(key, value);
      if (isStringValue(value)) strings.add(key);
      else if (!strings.delete(key)) return;
      touch(key);
    },
  };
  context.expires = {
    ...expires,
    clear() {
      expires.clear();
      expiring.clear();
    },
    set(key, at) {
      expires.set(key, at);
      expiring.add(key);
      if (strings.has(key)) touch(key);
    },
    delete(key) {
      if (!expires.has(key)) return;
      expires.delete(key);
      expiring.delete(key);
      if (strings.has(key)) touch(key);
    },
  };

  const sweep = setInterval(() => {
    for (const key of expiring) if (expires.isExpired(key)) context.data.delete(key);
  }, SWEEP_MS).unref();
  return {
    close() {
      clearInterval(sweep);
      writer?.flush();
      journal?.close();
      data.clear();
      expires.clear();
      Object.assign(context, original);
    },
  };
}

/**
 * Collects what a run of commands touched and writes it in a microtask. That is queued before the reply's own, so no
 * command is acknowledged that is not on disk; a write that fails throws there and ends the process, unacknowledged.
 */
function createWriter({ data, expires }: Context, journal: Journal): { touch(key: string): void; flush(): void } {
  const touched = new Set<string>();
  function flush(): void {
    if (touched.size === 0) return;
    const entries = [...touched].map((key) => ({ key, value: data.get(key), expiresAt: expires.get(key) ?? null }));
    touched.clear();
    journal.write(
      entries.flatMap(({ key, value, expiresAt }) => (isStringValue(value) ? [{ key, value, expiresAt }] : [])),
      entries.flatMap(({ key, value }) => (isStringValue(value) ? [] : [key])),
    );
  }
  return {
    touch(key) {
      if (touched.size === 0) queueMicrotask(flush);
      touched.add(key);
    },
    flush,
  };
}

function isStringValue(value: unknown): value is StringValue {
  return typeof value === 'string' || value instanceof Uint8Array;
}
