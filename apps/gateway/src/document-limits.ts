import { hash } from 'node:crypto';
import { DomainError } from '@minitwitter/service-kit/errors';
import { type DocumentNode, GraphQLError, parse } from 'graphql';
import { LRUCache } from 'lru-cache';
import { EndlessDocumentError, measureOperations } from './document-measure.ts';
import { type Survey, surveyDocument } from './document-survey.ts';
import { createPageSizes } from './page-size.ts';

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
  cost: 5000,
};

/** What a request is limited as: sign-ins, other mutations, or reads. */
export type RequestClass = 'auth' | 'write' | 'read';

type Verdict = { requestClass: RequestClass; refusal: DomainError | undefined };
type Known = Verdict & { sized: DocumentNode | undefined };

const maxRemembered = 1000;
/** In characters of source; a parsed document takes some 80 bytes for each. */
const maxRememberedSource = 500_000;

/**
 * Judge documents before they are validated: a hostile one is told from its text in linear time. Verdicts are remembered
 * under the SHA-256 of the text; only page sizes that come in variables are weighed again. A document that does not parse is
 * let through, for the server to say where it is wrong.
 */
export function createDocumentLimits() {
  const known = new LRUCache<string, Known>({ max: maxRemembered, maxSize: maxRememberedSource });

  return (source: string, variables: Readonly<Record<string, unknown>>): Verdict => {
    if (source.length > documentLimits.bytes || Buffer.byteLength(source) > documentLimits.bytes) {
      return { requestClass: 'read', refusal: refuse('bytes', Buffer.byteLength(source)) };
    }
    const digest = hash('sha256', source, 'base64');
    let judged = known.get(digest);
    if (!judged) {
      judged = judge(source);
      known.set(digest, judged, { size: judged.sized ? source.length : 1 });
    }
    const { requestClass, refusal, sized } = judged;
    return { requestClass, refusal: refusal ?? (sized && refuseMeasures(sized, variables)) };
  };
}

function judge(source: string): Known {
  try {
    const document = parse(source, { noLocation: true, maxTokens: documentLimits.tokens });
    const survey = surveyDocument(document);
    const refusal = exceeded(survey, ['fragments', 'directives', 'repeats', 'signIns']);
    const sized = refusal === undefined && survey.usesVariablePageSize ? document : undefined;
    return {
      requestClass: classOf(survey),
      refusal: refusal ?? (sized ? undefined : refuseMeasures(document, {})),
      sized,
    };
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    const refusal = error.message.includes('Parsing aborted') ? refuse('tokens') : undefined;
    return { requestClass: 'read', refusal, sized: undefined };
  }
}

function refuseMeasures(document: DocumentNode, variables: Readonly<Record<string, unknown>>): DomainError | undefined {
  try {
    const measures = measureOperations(document, createPageSizes(document, variables));
    const names = ['depth', 'introspectionDepth', 'fields', 'aliases', 'rootFields', 'cost'] as const;
    return measures.map((measure) => exceeded(measure, names)).find((refusal) => refusal !== undefined);
  } catch (error) {
    if (error instanceof EndlessDocumentError)
      return new DomainError('INVALID_ARGUMENT', `The document is refused: ${error.message}.`);
    throw error;
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
  cost: 'estimated cost',
};

function refuse(limit: Limit, count?: number): DomainError {
  const found = count === undefined ? '' : ` is ${count},`;
  return new DomainError(
    'INVALID_ARGUMENT',
    `The document is too large: its ${nouns[limit]}${found} ${count === undefined ? 'exceeds' : 'more than'} ${documentLimits[limit]}.`,
  );
}
