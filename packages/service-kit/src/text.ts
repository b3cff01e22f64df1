import { invalidField, type Violation } from './errors.ts';

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

/** What is wrong with a text of `min` to `max` grapheme clusters, if anything. */
export function checkLength(field: string, text: string, min: number, max: number): Violation[] {
  const length = graphemeLength(text, max);
  if (length < min)
    return [{ field, detail: min === 1 ? 'must not be empty' : `must have at least ${min} characters` }];
  if (length > max) return [{ field, detail: `must have at most ${max} characters` }];
  return [];
}

/** The trimmed content of a tweet or a comment: 1 to 280 grapheme clusters, else INVALID_ARGUMENT. */
export function parseContent(content: string): string {
  const trimmed = content.trim().normalize('NFC');
  const [violation] = checkLength('content', trimmed, 1, maxContentLength);
  if (violation) throw invalidField(violation.field, violation.detail);
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
  unique(text.matchAll(/(?<![\p{L}\p{N}_.@])@([A-Za-z0-9_]{3,30})(?![A-Za-z0-9_])/gu)).slice(0, maxMentions);

/** The hashtags of a text without their #, normalised (NFKC, lower case), each once. */
export const findHashtags = (text: string): string[] =>
  unique(text.matchAll(/(?<![\p{L}\p{N}_&])#([\p{L}\p{N}\p{M}_]+)/gu));

/** The words that a text can be found by (UAX #29 word segments, NFKC, lower case), each once. */
export function findTerms(text: string): string[] {
  const terms = new Set<string>();
  for (const { segment, isWordLike } of words.segment(normaliseTerm(text))) if (isWordLike) terms.add(segment);
  return [...terms];
}

/** NFKC and lower case: how hashtags and search words are compared. */
export const normaliseTerm = (text: string): string => text.normalize('NFKC').toLowerCase();

function unique(matches: Iterable<RegExpMatchArray>): string[] {
  return [...new Set(Array.from(matches, ([, name = '']) => normaliseTerm(name)))];
}
