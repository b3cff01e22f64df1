import { type Doc, getField, isDoc, setField } from './bson.ts';
import { CommandError } from './errors.ts';
import { isIndex } from './paths.ts';
import { typeName } from './types.ts';

/** A place in a document that an update operator reads and writes. */
export type Slot = { readonly get: () => unknown; readonly set: (value: unknown) => void; readonly unset: () => void };

const MAX_PADDING = 1_500_000;

function docSlot(holder: Doc, key: string): Slot {
  return {
    get: () => getField(holder, key),
    set: (value) => setField(holder, key, value),
    unset: () => {
      delete holder[key];
    },
  };
}

function arraySlot(holder: unknown[], index: number): Slot {
  return {
    get: () => holder[index],
    set: (value) => {
      if (index - holder.length > MAX_PADDING)
        throw new CommandError('BadValue', `can't backfill array to larger than ${MAX_PADDING}`);
      while (holder.length < index) holder.push(null);
      holder[index] = value;
    },
    // MongoDB leaves a null in the place, so that the other elements keep theirs.
    unset: () => {
      if (index < holder.length) holder[index] = null;
    },
  };
}

function slotIn(holder: unknown, key: string): Slot | null {
  if (isDoc(holder)) return docSlot(holder, key);
  return Array.isArray(holder) && isIndex(key) ? arraySlot(holder, Number(key)) : null;
}

/**
 * The slot at a path of plain names and array indexes. With `create`, missing documents on the way are made, and a scalar
 * in the way throws PathNotViable; without it, a path that leads nowhere is null.
 */
export function slotAt(doc: Doc, parts: readonly string[], create: boolean): Slot | null {
  let holder: unknown = doc;
  let name = '';
  for (const [position, part] of parts.entries()) {
    const slot = slotIn(holder, part);
    if (!slot) {
      if (!create) return null;
      throw new CommandError(
        'PathNotViable',
        `Cannot create field '${part}' in element '${name}' of type ${typeName(holder)}`,
      );
    }
    if (position === parts.length - 1) return slot;
    if (slot.get() === undefined) {
      if (!create) return null;
      slot.set({});
    }
    holder = slot.get();
    name = part;
  }
  return null;
}
