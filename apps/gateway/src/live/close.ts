import { hasCode } from '@minitwitter/service-kit/errors';
import { CloseCode } from 'graphql-ws';

export type Closing = readonly [code: number, reason: string];

/**
 * Why the edge closes a socket: codes of the graphql-transport-ws protocol, of RFC 6455 (1001) and its registry (1013), after
 * which clients come again, and our own meaning of 4429.
 */
export const closings = {
  badMessage: [CloseCode.BadRequest, 'The message is not of the protocol'],
  notAcknowledged: [CloseCode.Unauthorized, 'Unauthorized'],
  notValid: [CloseCode.Unauthorized, 'The access token is not valid'],
  ended: [CloseCode.Unauthorized, 'The token has expired or its session has ended'],
  subprotocol: [CloseCode.SubprotocolNotAcceptable, 'Subprotocol not acceptable'],
  initTimeout: [CloseCode.ConnectionInitialisationTimeout, 'Connection initialisation timeout'],
  initTwice: [CloseCode.TooManyInitialisationRequests, 'Too many initialisation requests'],
  tooSlow: [CloseCode.TooManyInitialisationRequests, 'The reader is too slow: resume with `after`'],
  tooMany: [CloseCode.TooManyInitialisationRequests, 'Too many sockets or requests'],
  goingAway: [1001, 'Going away'],
  tryAgain: [1013, 'Try again later'],
  failed: [CloseCode.InternalServerError, 'Internal error'],
} as const satisfies Record<string, Closing>;

/** How to close a connection whose beginning failed. */
export function closingFor(error: unknown): Closing {
  if (hasCode(error, 'UNAUTHENTICATED')) return closings.notValid;
  if (hasCode(error, 'RESOURCE_EXHAUSTED')) return closings.tooMany;
  return hasCode(error, 'UNAVAILABLE') ? closings.tryAgain : closings.failed;
}

/** The reason quotes no more of the client's id than a close frame can bear: 123 bytes (RFC 6455, section 5.5). */
export const alreadyExists = (id: string): Closing => [
  CloseCode.SubscriberAlreadyExists,
  `Subscriber for ${id.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 60)} already exists`,
];
