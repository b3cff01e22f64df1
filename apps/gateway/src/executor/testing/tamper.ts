import { isObjectLike } from '../values.ts';
import type { Answer } from './mock-subgraph.ts';
import { hashOf } from './random.ts';

/**
 * Spoil, of a thousand values in an answer, so many against their types, as a subgraph of another version might: with nulls,
 * leaves of another type and unknown type names. Which ones follows from the seed, the entity asked for and the place in it.
 */
export function tamper(answer: Answer, representations: unknown, seed: number, rate: number): Answer {
  if (rate === 0 || !answer.data) return answer;
  const entities = Array.isArray(representations) ? representations : [];
  const visit = (value: unknown, place: string): unknown => {
    if (value === null) return null;
    const hash = hashOf(`${seed} ${place} tampered`);
    if (hash % 1000 < rate) return spoilt(value, place, hash);
    if (Array.isArray(value)) return value.map((item, index) => visit(item, `${place}/${index}`));
    return isObjectLike(value) ? spoilObject(value, place) : value;
  };
  const spoilObject = (value: Record<string, unknown>, place: string) =>
    Object.fromEntries(Object.entries(value).map(([name, member]) => [name, visit(member, `${place}/${name}`)]));
  const { _entities: received, ...data } = answer.data;
  const spoiltEntities = Array.isArray(received) && {
    _entities: received.map((entity, index) => visit(entity, JSON.stringify(entities[index]))),
  };
  return { ...answer, data: { ...spoilObject(data, 'root'), ...spoiltEntities } };
}

/** A key under an alias of the planner's: the stock executor does not rename a null, and leaves out the entity that it asks for under `id`. */
const renamed = /__alias_\d+$/;

function spoilt(value: unknown, place: string, hash: number): unknown {
  if (place.endsWith('/__typename')) return 'Unknown';
  if (renamed.test(place)) return isObjectLike(value) ? value : 'spoilt';
  return isObjectLike(value) ? null : [null, 7, 0.5, 'spoilt', true][hash % 5];
}
