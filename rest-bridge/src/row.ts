import type { Caller } from '@minitwitter/service-kit/context';
import type { ErrorCode } from '@minitwitter/service-kit/errors';
import type { z } from 'zod';
import { invalidInput } from './problem.ts';
import type { RatePolicy } from './rate-limit.ts';
import { describeIssue, type FieldNames, inputErrors } from './violations.ts';

/** Where the answer is in the operation's data. `lift` moves the fields of an inner object up into it. */
export type Result =
  | { kind: 'none' }
  | { kind: 'entity'; path: readonly string[]; lift?: string }
  | { kind: 'page'; path: readonly string[] };

export const nothing: Result = { kind: 'none' };
export const entity = (...path: string[]): Result => ({ kind: 'entity', path });
export const pageOf = (...path: string[]): Result => ({ kind: 'page', path });

type Input = z.ZodObject<{ params: z.ZodObject; query: z.ZodObject; body: z.ZodObject }>;
export type Method = 'get' | 'post' | 'put' | 'delete';
export type Auth = 'none' | 'optional' | 'required';

/** One route: all that the server and the OpenAPI document know of it. Paths are written as in OpenAPI. */
export type RowDocs = {
  method: Method;
  path: string;
  /** The name of the operation that answers it. */
  operation: string;
  auth: Auth;
  limit: RatePolicy;
  tag: string;
  summary: string;
  status: 200 | 201 | 204;
  result: Result;
  /** The path of what was created, with fields of the result in braces. */
  location?: string;
  etag?: boolean;
  /** It ends the session that it is called with: its Idempotency-Key belongs to the access token, and outlives the session. */
  endsSession?: boolean;
  /** What its domain may refuse, beside what every route of its kind may answer. */
  fails: readonly ErrorCode[];
};

export type RawInput = { params: unknown; query: unknown; body: unknown };
/** A checked request: `body` has known fields with plain values only. */
export type Prepared = { operation: string; variables: Record<string, unknown>; body: Record<string, unknown> };
export type Row = RowDocs & {
  input: Input;
  fields: FieldNames;
  /** Check a request and make it an operation with variables; throws a Problem with everything that is wrong. */
  prepare: (raw: RawInput, caller: Caller | null) => Prepared;
};

type Spec<I extends Input> = RowDocs & {
  input: I;
  variables: (input: z.output<I>) => Record<string, unknown>;
  /** Another operation of the same result that answers some requests instead. */
  variant?: (input: z.output<I>, caller: Caller | null) => string | undefined;
};

export function route<I extends Input>({ variables, variant, ...docs }: Spec<I>): Row {
  const { params, query } = docs.input.shape;
  return {
    ...docs,
    fields: { params: Object.keys(params.shape), query: Object.keys(query.shape) },
    prepare: (raw, caller) => {
      const parsed = docs.input.safeParse(raw, { error: describeIssue, reportInput: true });
      if (!parsed.success) throw invalidInput(inputErrors(parsed.error.issues));
      const operation = variant?.(parsed.data, caller) ?? docs.operation;
      return { operation, variables: variables(parsed.data), body: parsed.data.body };
    },
  };
}
