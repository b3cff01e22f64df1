import { hash } from 'node:crypto';
import { DomainError } from '@minitwitter/service-kit/errors';
import { type DocumentNode, GraphQLError, parse } from 'graphql';
import { LRUCache } from 'lru-cache';
import { EndlessDocumentError, measureOperations } from './document-measure.ts';
import { type Survey, surveyDocument } from './document-survey.ts';
import { createPageSizes, pageSizesIn } from './page-size.ts';

/** What a document may hold at most. `bytes` are UTF-8; `cost` is the estimated number of objects in the answer. */
export const documentLimits = {
  bytes: 16_000,
  tokens: 2000,
  fragments: 30,
  directives: 50,
  repeats: 20,
  signIns: 1,
  depth: 12,
  introspectionDepth: 20,
  fields: 500,
  aliases: 50,
  rootFields: 20,
  mutations: 10,
  cost: 5000,
};

/** What a request is limited as: sign-ins, other mutations, or reads. */
export type RequestClass = 'auth' | 'write' | 'read';

type Variables = Readonly<Record<string, unknown>>;
/** `count` is how many requests it counts as against its limit: one for each mutation. */
type Weight = { count: number; refusal: DomainError | undefined };
/** `digest` is the SHA-256 of the text in hexadecimal. */
type Verdict = Weight & { requestClass: RequestClass; digest: string };
type Judged = Weight & { requestClass: RequestClass; sized: Sized | undefined };
/** A document whose weight depends on page sizes that come in variables. */
type Sized = { document: DocumentNode; names: ReadonlySet<string> };

const maxRemembered = 1000;
const maxRememberedBytes = 40_000_000;
/** What a parsed document takes for each character of its source; it is kept where page sizes come in variables. */
const parsedBytes = 80;

/**
 * Judge documents before they are validated: a hostile one is told from its text in linear time. Verdicts are remembered
 * by the text and, where they decide, the page sizes that come in variables. A document that does not parse is
 * let through, for the server to say where it is wrong.
 */
export function createDocumentLimits() {
  const known = new LRUCache<string, Judged & { digest: string }>({ max: maxRemembered, maxSize: maxRememberedBytes });
  const weights = new LRUCache<string, Weight>({ max: maxRemembered });

  function weighSized(digest: string, { document, names }: Sized, variables: Variables): Weight {
    const key = `${digest} ${pageSizesIn(variables, names)}`;
    let weight = weights.get(key);
    if (!weight) {
      weight = weigh(document, variables);
      weights.set(key, weight);
    }
    return weight;
  }

  return (source: string, variables: Variables): Verdict => {
    let judged = known.get(source);
    if (!judged) {
      const digest = hash('sha256', source, 'hex');
      const bytes = Buffer.byteLength(source);
      if (bytes > documentLimits.bytes) {
        return { digest, requestClass: 'read', count: 1, refusal: refuse('bytes', bytes) };
      }
      judged = { digest, ...judge(source) };
      known.set(source, judged, { size: 1 + source.length * (judged.sized ? parsedBytes : 1) });
    }
    const { digest, requestClass, sized } = judged;
    const { count, refusal } = sized ? weighSized(digest, sized, variables) : judged;
    return { digest, requestClass, count, refusal };
  };
}

function judge(source: string): Judged {
  try {
    const document = parse(source, { noLocation: true, maxTokens: documentLimits.tokens });
    const survey = surveyDocument(document);
    const refusal = exceeded(survey, ['fragments', 'directives', 'repeats', 'signIns']);
    const requestClass = classOf(survey);
    if (refusal) return { requestClass, count: 1, refusal, sized: undefined };
    const { pageVariables: names } = survey;
    if (names.size > 0) return { requestClass, count: 1, refusal: undefined, sized: { document, names } };
    return { requestClass, ...weigh(document, {}), sized: undefined };
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    const refusal = error.message.includes('Parsing aborted') ? refuse('tokens') : undefined;
    return { requestClass: 'read', count: 1, refusal, sized: undefined };
  }
}

function weigh(document: DocumentNode, variables: Variables): Weight {
  try {
    const measures = measureOperations(document, createPageSizes(document, variables));
    const names = ['depth', 'introspectionDepth', 'fields', 'aliases', 'rootFields', 'mutations', 'cost'] as const;
    const refusal = measures.map((measure) => exceeded(measure, names)).find((refused) => refused !== undefined);
    return { count: refusal ? 1 : Math.max(1, ...measures.map(({ mutations }) => mutations)), refusal };
  } catch (error) {
    if (!(error instanceof EndlessDocumentError)) throw error;
    return {
      count: 1,
      refusal: new DomainError('INVALID_ARGUMENT', `The document is refused: ${error.message}.`),
    };
  }
}

function classOf({ mutates, signIns }: Survey): RequestClass {
  if (!mutates) return 'read';
  return signIns > 0 ? 'auth' : 'write';
}

type Limit = keyof typeof documentLimits;

function exceeded<Name extends Limit>(
  counts: Readonly<Record<Name, number>>,
  names: readonly Name[],
): DomainError | undefined {
  const name = names.find((limit) => counts[limit] > documentLimits[limit]);
  return name && refuse(name, counts[name]);
}

const nouns: Record<Limit, string> = {
  bytes: 'size in bytes',
  tokens: 'number of tokens',
  fragments: 'number of fragments',
  directives: 'number of directives',
  repeats: 'number of repeated fields',
  signIns: 'number of sign-ins',
  depth: 'depth',
  introspectionDepth: 'depth of introspection',
  fields: 'number of fields',
  aliases: 'number of aliases',
  rootFields: 'number of root fields',
  mutations: 'number of mutations',
  cost: 'estimated cost',
};

function refuse(limit: Limit, count?: number): DomainError {
  const found = count === undefined ? '' : ` is ${count},`;
  return new DomainError(
    'INVALID_ARGUMENT',
    `The document is too large: its ${nouns[limit]}${found} ${count === undefined ? 'exceeds' : 'more than'} ${documentLimits[limit]}.`,
  );
}
