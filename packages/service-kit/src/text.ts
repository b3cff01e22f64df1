import { rejectViolations, type Violation } from './errors.ts';

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });
const words = new Intl.Segmenter('und', { granularity: 'word' });

export const maxContentLength = 280;
const maxMentions = 20;

/** Length in grapheme clusters (UAX #29), counted no further than `limit + 1`. */
export function graphemeLength(text: string, limit: number): number {
  let count = 0;
  for (const _ of graphemes.segment(text)) if (++count > limit) break;
  return count;
}

const forbiddenControl = /[^\P{Cc}\t\n\r]/u;
const visible = /[^\p{Default_Ignorable_Code_Point}\p{Cc}\p{Z}\u2800\ufff9-\ufffb]/u;

/** Whether a text has nothing to see: only blanks, joiners and the like. */
export const isBlank = (text: string): boolean => !visible.test(text);

/** What no text of a client may have: unpaired surrogates (no UTF-8 can hold them), controls other than tabs and line breaks. */
export function checkText(field: string, text: string): Violation[] {
  if (!text.isWellFormed()) return [{ field, detail: 'must be well-formed Unicode' }];
  return forbiddenControl.test(text) ? [{ field, detail: 'must not contain control characters' }] : [];
}

/** A family emoji with skin tones has 11; without a bound, one grapheme cluster could be a whole book. */
const maxCodePointsEach = 12;

/** What is wrong with a text of `min` (0 or 1 that can be seen) to `max` grapheme clusters, if anything. */
export function checkLength(field: string, text: string, min: 0 | 1, max: number): Violation[] {
  const violations = checkText(field, text);
  if (violations.length > 0) return violations;
  if (min === 1 && isBlank(text)) return [{ field, detail: 'must not be empty' }];
  const isLong = hasMoreCodePoints(text, maxCodePointsEach * max) || graphemeLength(text, max) > max;
  return isLong ? [{ field, detail: `must have at most ${max} characters` }] : [];
}

function hasMoreCodePoints(text: string, limit: number): boolean {
  if (text.length <= limit) return false;
  return text.length > 2 * limit || Array.from(text).length > limit;
}

/** The content of a tweet or a comment as it was typed, but trimmed: 1 to 280 grapheme clusters, else INVALID_ARGUMENT. */
export function parseContent(content: string): string {
  const trimmed = content.trim();
  rejectViolations(checkLength('content', trimmed, 1, maxContentLength));
  return trimmed;
}

const previewLength = 80;

/** The beginning of a text, for readers of its event: at most 80 grapheme clusters, and an ellipsis if more follow. */
export function previewOf(text: string): string {
  let count = 0;
  for (const { index } of graphemes.segment(text)) if (++count > previewLength) return `${text.slice(0, index)}…`;
  return text;
}

/** The usernames that a text mentions, in lower case, each once, 20 at most; an email address mentions nobody. */
export const findMentions = (text: string): string[] =>
  unique(composed(text).matchAll(/(?<![\p{L}\p{N}_.@])@([A-Za-z0-9_]{3,30})(?![A-Za-z0-9_])/gu)).slice(0, maxMentions);

/** The hashtags of a text without their #, normalised (NFKC, lower case), each once. */
export const findHashtags = (text: string): string[] =>
  unique(composed(text).matchAll(/(?<![\p{L}\p{N}_&])#([\p{L}\p{N}\p{M}_]+)/gu));

/** The words that a text can be found by (UAX #29 word segments, NFKC, lower case), each once. */
export function findTerms(text: string): string[] {
  const terms = new Set<string>();
  for (const { segment, isWordLike } of words.segment(normaliseTerm(text))) if (isWordLike) terms.add(segment);
  return [...terms];
}

/** NFKC and lower case: how hashtags and search words are compared. */
export const normaliseTerm = (text: string): string => text.normalize('NFKC').toLowerCase();

/** Composed (NFC), so that a text is read alike however its accents were typed. */
const composed = (text: string): string => text.normalize('NFC');

function unique(matches: Iterable<RegExpMatchArray>): string[] {
  return [...new Set(Array.from(matches, ([, name = '']) => normaliseTerm(name)))];
}
