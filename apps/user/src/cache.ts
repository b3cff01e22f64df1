import type { Base } from '@minitwitter/service-kit/base';
import { createEntityCache, type EntityCache } from '@minitwitter/service-kit/entity-cache';
import { z } from 'zod';
import type { Profile } from './domain.ts';

const profile = z.object({
  id: z.string(),
  username: z.string(),
  firstName: z.string().nullable(),
  lastName: z.string().nullable(),
  bio: z.string().nullable(),
  createdAt: z.coerce.date(),
  updatedAt: z.coerce.date(),
});

export type ProfileCache = EntityCache<Profile>;

/** Profiles in Redis, for a minute at most. */
export const createProfileCache = (redis: Base['redis']): ProfileCache =>
  createEntityCache({
    redis,
    name: 'profile',
    prefix: 'user:profile:1:',
    ttlMs: 60_000,
    encode: (value: Profile) => JSON.stringify(value),
    decode: (text) => profile.parse(JSON.parse(text)),
    versionOf: ({ updatedAt }) => updatedAt.getTime(),
  });
