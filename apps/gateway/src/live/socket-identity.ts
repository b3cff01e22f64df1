import { subjectOf } from '@minitwitter/rest-bridge/address';
import type { TakeQuota } from '@minitwitter/rest-bridge/quota';
import type { RequestHeaders } from '@minitwitter/service-kit/context-factory';
import { DomainError } from '@minitwitter/service-kit/errors';
import type { EdgeContext } from '../edge-context.ts';
import type { Callers } from './callers.ts';
import type { Places } from './places.ts';

/** Who connects, as far as the upgrade tells: what rate limits of callers without credentials go by, and what is logged. */
export type Peer = { address: string; clientIp: string | undefined; userAgent: string | undefined };

export type IdentityDeps = {
  callers: Callers;
  places: Pick<Places, 'takeOf'>;
  /** Null turns rate limits off. */
  takeQuota: TakeQuota | null;
};

/** Whose socket it is: told when it begins, and again by every fresh token. `onEnd` is called when that is no longer good. */
export function createSocketIdentity(peer: Peer, { callers, places, takeQuota }: IdentityDeps, onEnd: () => void) {
  const held = new DisposableStack();
  let context: EdgeContext | undefined;
  let guard: Disposable | undefined;
  held.defer(() => guard?.[Symbol.dispose]());

  const subjectIn = (own: EdgeContext | undefined): string => subjectOf(own?.caller?.userId, peer.address);

  const headersOf = (authorization: string | undefined): RequestHeaders => ({
    authorization,
    requestId: undefined,
    traceparent: undefined,
    timeoutMs: undefined,
    userAgent: peer.userAgent,
    clientIp: peer.clientIp,
  });

  return {
    /** Undefined until admitted. */
    current: (): EdgeContext | undefined => context,
    /** Count what is asked over the socket; rejects with RESOURCE_EXHAUSTED when the quota is used up. */
    count: async (policy: 'auth' | 'write' | 'read', cost: number): Promise<void> =>
      takeQuota?.(policy, policy === 'auth' ? peer.address : subjectIn(context), cost),
    /** Rejects with UNAUTHENTICATED, with PERMISSION_DENIED for another user, and with RESOURCE_EXHAUSTED. */
    admit: async (authorization: string | undefined): Promise<void> => {
      const headers = headersOf(authorization);
      const admission = await callers.admit(headers).catch(async (error: unknown) => {
        await takeQuota?.('read', peer.address, 1);
        throw error;
      });
      const subject = subjectIn(admission.context);
      await takeQuota?.('read', subject, 1);
      if (held.disposed) throw new DomainError('UNAVAILABLE', 'The socket is closed.');
      if (context && subjectIn(context) !== subject)
        throw new DomainError('PERMISSION_DENIED', 'A socket stays with its user.');
      if (!context) {
        const place = places.takeOf(subject);
        if (!place) throw new DomainError('RESOURCE_EXHAUSTED', 'Too many sockets.');
        held.use(place);
      }
      guard?.[Symbol.dispose]();
      guard = callers.guard(admission, headers, onEnd);
      context = admission.context;
    },
    [Symbol.dispose]: () => held.dispose(),
  };
}
