/** A table in Markdown, line by line. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);

/** What is said of a value that may be `most` at most. */
export const verdict = (value: number, most: number): string => (value <= most ? 'met' : 'missed');
