import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../../support/random.ts';
import type { Diary, Testimony } from './record.ts';

export const query = `subscription ($after: ID) {
  notificationReceived(after: $after) { id type actor { username } }
}`;

export type ClientOptions = {
  /** Where to connect, each time anew, such as `http://127.0.0.1:4000`. */
  url: () => string;
  token: () => string;
  diary: Diary;
  random: Random;
};

export type Client = {
  record: Testimony;
  /** Lose the connection at the client's side. */
  drop: () => void;
  [Symbol.asyncDispose]: () => Promise<void>;
};

const mostPauseMs = 200;

/** A moment before a client comes again. */
export const pause = (random: Random): Promise<void> => delay(random() * mostPauseMs);
