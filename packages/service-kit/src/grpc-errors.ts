import { Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { z } from 'zod';
import { DomainError, type ErrorCode, unavailable } from './errors.ts';

const statusOf: Record<ErrorCode, status> = {
  INVALID_ARGUMENT: status.INVALID_ARGUMENT,
  UNAUTHENTICATED: status.UNAUTHENTICATED,
  PERMISSION_DENIED: status.PERMISSION_DENIED,
  NOT_FOUND: status.NOT_FOUND,
  ALREADY_EXISTS: status.ALREADY_EXISTS,
  FAILED_PRECONDITION: status.FAILED_PRECONDITION,
  OUT_OF_RANGE: status.OUT_OF_RANGE,
  RESOURCE_EXHAUSTED: status.RESOURCE_EXHAUSTED,
  UNAVAILABLE: status.UNAVAILABLE,
  INTERNAL: status.INTERNAL,
};
const codeOf = new Map(Object.entries(statusOf).map(([code, value]) => [value, code as ErrorCode]));

const detailsKey = 'minitwitter-error-bin';
const details = z.object({
  violations: z.array(z.object({ field: z.string(), detail: z.string() })),
  retryAfterSeconds: z.number().optional(),
});

/** A domain error as a gRPC status; violations and the time to wait travel in a binary trailer. */
export function toServiceError(error: DomainError): Partial<ServiceError> {
  const { code, message, violations, retryAfterSeconds } = error;
  const metadata = new Metadata();
  if (violations.length > 0 || retryAfterSeconds !== undefined) {
    metadata.set(detailsKey, Buffer.from(JSON.stringify({ violations, retryAfterSeconds })));
  }
  return { code: statusOf[code], details: message, metadata };
}

/** No answer of the service that was meant: too late, or by a server that does not know the call (yet, or at that address). */
const unanswered = new Set([status.DEADLINE_EXCEEDED, status.CANCELLED, status.UNAVAILABLE, status.UNIMPLEMENTED]);

/** What a call of another service failed with, as a domain error. */
export function fromServiceError(error: ServiceError, service: string): DomainError {
  if (unanswered.has(error.code)) return unavailable(service, error);
  const code = codeOf.get(error.code);
  if (code === undefined || code === 'INTERNAL') {
    return new DomainError('INTERNAL', 'Something went wrong on our side.', { cause: error });
  }
  const [trailer] = error.metadata?.get(detailsKey) ?? [];
  const parsed = trailer instanceof Buffer ? details.safeParse(JSON.parse(trailer.toString())).data : undefined;
  const { violations = [], retryAfterSeconds } = parsed ?? {};
  return new DomainError(code, error.details, {
    violations,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    cause: error,
  });
}
