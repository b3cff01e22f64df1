import { basename } from 'node:path';
import type { Environment } from '@minitwitter/service-kit/config';
import { openPlace } from '@minitwitter/service-kit/testing-place';

const needs = ['postgres', 'mongodb', 'redis', 'bus'] as const;

/**
 * Where the platform of a data folder keeps what is not in it: a place of its own on each server that this process's
 * environment names. It stays while platforms come and go in that folder.
 */
export const placeOf = (dataDir: string) => openPlace(basename(dataDir).toLowerCase(), process.env, needs);

/** Whether nothing is left to embed, so that the platform can be several processes. */
export const isWhole = ({ DATABASE_URL, MONGODB_URL, REDIS_URL, KAFKA_BROKERS }: Environment): boolean =>
  [DATABASE_URL, MONGODB_URL, REDIS_URL, KAFKA_BROKERS].every(Boolean);
