import { DomainError } from '../errors.ts';

const harmlessCode = /^[\w-]{1,40}$/;
/** A line of a stack that is in this repository. */
const ownFrame = /^\s+at .*?((?:apps|packages)\/[\w./-]+\.ts:\d+)/m;

/**
 * What was thrown and where, for those who may not see the data that it was about: drivers put values into their texts, so
 * only a DomainError's text, which is public, is told.
 */
export function describeFailure(error: unknown): string {
  if (error instanceof DomainError) return `${error.code}: ${error.message}`;
  if (!(error instanceof Error)) return 'a value that is no Error';
  const code = 'code' in error && harmlessCode.test(String(error.code)) ? ` ${error.code}` : '';
  const place = ownFrame.exec(error.stack ?? '')?.[1];
  return `${error.name}${code}${place ? ` at ${place}` : ''}`;
}
