import type { Request } from 'express';
import { ipKeyGenerator } from 'express-rate-limit';

const ipv6Prefix = 64;

/** The client's address as what has no caller is kept apart by: an IPv6 address stands for its /64. */
export const addressOf = (request: Pick<Request, 'ip'>): string =>
  `ip:${ipKeyGenerator(request.ip ?? '::', ipv6Prefix)}`;

/** Who is limited as one: a caller, or whoever has no caller by the address. */
export const subjectOf = (callerId: string | null | undefined, address: string): string =>
  callerId ? subjectOfUser(callerId) : address;

export const subjectOfUser = (userId: string): string => `user:${userId}`;
