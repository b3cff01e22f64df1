import type { IncomingMessage } from 'node:http';
import proxyAddress from 'proxy-addr';

/** The client's address, as the given number of proxies in front is believed to say in `X-Forwarded-For`. */
export const createClientIp = (proxies: number) => {
  const isBelieved = (_address: string, hops: number): boolean => hops < proxies;
  return (request: IncomingMessage): string => proxyAddress(request, isBelieved);
};
