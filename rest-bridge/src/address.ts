import type { Request } from 'express';
import { ipKeyGenerator } from 'express-rate-limit';

const ipv6Prefix = 64;

/** The client's address as what has no caller is kept apart by: an IPv6 address stands for its /64. */
export const addressOf = (request: Pick<Request, 'ip'>): string =>
  `ip:${ipKeyGenerator(request.ip ?? '::', ipv6Prefix)}`;
