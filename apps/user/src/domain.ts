import { DomainError, rejectViolations, type Violation } from '@minitwitter/service-kit/errors';
import { checkLength, isBlank } from '@minitwitter/service-kit/text';

/** What everybody may know of a user; ids are UUIDs in lower case. */
export type Profile = {
  id: string;
  username: string;
  firstName: string | null;
  lastName: string | null;
  bio: string | null;
  createdAt: Date;
  updatedAt: Date;
};

/** A change as a client asks for it: what is undefined stays, null clears. */
export type ProfileInput = {
  username?: string | null | undefined;
  firstName?: string | null | undefined;
  lastName?: string | null | undefined;
  bio?: string | null | undefined;
};

/** A checked change: only what is to be set. */
export type ProfileChange = Partial<Pick<Profile, 'username' | 'firstName' | 'lastName' | 'bio'>>;

const usernamePattern = /^[A-Za-z0-9_]{3,30}$/;
const maxLength = { firstName: 50, lastName: 50, bio: 160 } as const;
const texts = ['firstName', 'lastName', 'bio'] as const;

/** The form of a username by which it is unique and looked up; null if nobody can bear it. */
export const usernameKeyOf = (username: string): string | null =>
  usernamePattern.test(username) ? username.toLowerCase() : null;

/** Check and normalise a change; INVALID_ARGUMENT tells of every field that is wrong. */
export function parseProfileChange(input: ProfileInput): ProfileChange {
  const change: ProfileChange = {};
  const violations: Violation[] = [];
  if (input.username !== undefined) {
    if (input.username !== null && usernamePattern.test(input.username)) change.username = input.username;
    else violations.push({ field: 'username', detail: 'must be 3 to 30 letters, digits or underscores' });
  }
  for (const field of texts) {
    const value = input[field];
    if (value === undefined) continue;
    const text = value?.trim() ?? '';
    violations.push(...checkLength(field, text, 0, maxLength[field]));
    change[field] = isBlank(text) ? null : text;
  }
  rejectViolations(violations);
  return change;
}

/** The profile after a change, or null if it would be the same; `updatedAt` grows even if the clock does not. */
export function applyChange(profile: Profile, change: ProfileChange, now: Date): Profile | null {
  const changed = { ...profile, ...change };
  if (changed.username === profile.username && texts.every((field) => changed[field] === profile[field])) return null;
  return { ...changed, updatedAt: new Date(Math.max(now.getTime(), profile.updatedAt.getTime() + 1)) };
}

export const usernameTaken = (): DomainError =>
  new DomainError('ALREADY_EXISTS', 'The username is taken.', {
    violations: [{ field: 'username', detail: 'is taken' }],
  });
