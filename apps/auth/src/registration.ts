import { rejectViolations, type Violation } from '@minitwitter/service-kit/errors';
import { checkLength, checkText } from '@minitwitter/service-kit/text';
import type { Registration } from './domain.ts';

export type RegistrationInput = {
  email: string;
  username: string;
  password: string;
  firstName?: string | null | undefined;
  lastName?: string | null | undefined;
  bio?: string | null | undefined;
};

const maxEmailLength = 254;
const maxLocalPartLength = 64;
const maxNameLength = 50;
const maxBioLength = 160;
const minPasswordLength = 8;
const maxPasswordLength = 128;

const localPart = /^[\p{L}\p{N}\p{M}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{N}\p{M}!#$%&'*+/=?^_`{|}~-]+)*$/u;
const domainLabel = /^[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}-]{0,61}[\p{L}\p{N}\p{M}])?$/u;

/** Whether it is a mailbox of RFC 5321 with a dotted domain and no quotes, in any script (RFC 6531). */
export function isEmail(text: string): boolean {
  if (text.length > maxEmailLength) return false;
  const at = text.lastIndexOf('@');
  const local = text.slice(0, Math.max(at, 0));
  const labels = text.slice(at + 1).split('.');
  const isLocalGood = Buffer.byteLength(local) <= maxLocalPartLength && localPart.test(local);
  return isLocalGood && labels.length > 1 && labels.every((label) => domainLabel.test(label));
}

export const isUsername = (text: string): boolean => /^[A-Za-z0-9_]{3,30}$/.test(text);

/** Check all fields of a registration; INVALID_ARGUMENT lists everything that is wrong with them. */
export function parseRegistration(input: RegistrationInput): Registration {
  const { email, username, password } = input;
  const firstName = input.firstName?.trim() ?? '';
  const lastName = input.lastName?.trim() ?? '';
  const bio = input.bio?.trim() ?? '';
  rejectViolations([
    ...failing('email', isEmail(email), `must be a valid email address of at most ${maxEmailLength} characters`),
    ...failing('username', isUsername(username), 'must be 3 to 30 letters, digits or underscores'),
    ...checkPassword(password),
    ...checkName('firstName', firstName),
    ...checkName('lastName', lastName),
    ...checkLength('bio', bio, 0, maxBioLength),
  ]);
  return { email, username, password, firstName: firstName || null, lastName: lastName || null, bio: bio || null };
}

/** A password's length is counted in code points (NIST SP 800-63B, 3.1.1.2). */
function checkPassword(password: string): Violation[] {
  const violations = checkText('password', password);
  if (violations.length > 0) return violations;
  const length = password.length > 2 * maxPasswordLength ? password.length : Array.from(password).length;
  const isGood = length >= minPasswordLength && length <= maxPasswordLength;
  return failing('password', isGood, `must have ${minPasswordLength} to ${maxPasswordLength} characters`);
}

function checkName(field: string, text: string): Violation[] {
  const violations = checkLength(field, text, 0, maxNameLength);
  return violations.length > 0 ? violations : failing(field, !/[\t\n\r]/.test(text), 'must be one line');
}

const failing = (field: string, isGood: boolean, detail: string): Violation[] => (isGood ? [] : [{ field, detail }]);
