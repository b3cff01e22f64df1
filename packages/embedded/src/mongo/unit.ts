import type { Storage } from './storage.ts';

/** One write command: a sqlite transaction and the steps that take memory back if it fails. */
export type Unit = {
  /** Runs `work` in the transaction and commits; on any error both disk and memory are as before, and it is thrown on. */
  readonly run: <T>(work: () => T) => T;
  /** Registers how to undo the change of memory that was just made. */
  readonly onUndo: (undo: () => void) => void;
};

export function createUnit(storage: Pick<Storage, 'begin' | 'commit' | 'rollback'>): Unit {
  let undos: (() => void)[] = [];
  function run<T>(work: () => T): T {
    undos = [];
    storage.begin();
    try {
      const result = work();
      storage.commit();
      return result;
    } catch (error) {
      for (const undo of undos.reverse()) undo();
      storage.rollback();
      throw error;
    } finally {
      undos = [];
    }
  }
  return { run, onUndo: (undo) => undos.push(undo) };
}
