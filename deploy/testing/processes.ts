import { loadConfig as loadAuth } from '../../apps/auth/src/config.ts';
import { loadConfig as loadComment } from '../../apps/comment/src/config.ts';
import { loadConfig as loadFollow } from '../../apps/follow/src/config.ts';
import { loadConfig as loadGateway } from '../../apps/gateway/src/config.ts';
import { loadConfig as loadLike } from '../../apps/like/src/config.ts';
import { loadConfig as loadNotification } from '../../apps/notification/src/config.ts';
import { loadConfig as loadTweet } from '../../apps/tweet/src/config.ts';
import { loadConfig as loadUser } from '../../apps/user/src/config.ts';
import { defaultPorts, type Environment } from '../../packages/service-kit/src/config.ts';
import { loadConfig as loadBridge } from '../../rest-bridge/src/config.ts';
import type { Variables } from './manifests.ts';

/** How the configuration of each process is read. */
export const services = {
  ...{ auth: loadAuth, user: loadUser, follow: loadFollow, tweet: loadTweet, comment: loadComment, like: loadLike },
  ...{ notification: loadNotification, gateway: loadGateway },
};
export const processes = { ...services, 'rest-bridge': loadBridge };
export const portsOf: Record<string, { grpc?: number; http: number }> = {
  ...defaultPorts,
  ...{ gateway: { http: 4000 }, 'rest-bridge': { http: 4080 } },
};

/** The variables that a configuration reads; throws a ConfigError if it cannot be read from them. */
export function namesRead(load: (env: Environment) => unknown, env: Variables): Set<string> {
  const names = new Set<string>();
  load(
    new Proxy<Environment>(env, {
      get: (target, name) => {
        names.add(String(name));
        return target[String(name)];
      },
    }),
  );
  return names;
}

/** Where others are must be said: what is assumed without is the same machine. */
const isAddress = (name: string) => /_(GRPC|URL)$/.test(name);
const addressOf = (name: string) => {
  const service = name.replace(/_(GRPC|URL)$/, '').toLowerCase();
  const { grpc, http } = portsOf[service] ?? {};
  return name.endsWith('_GRPC') ? `${service}:${grpc}` : `http://${service}:${http}`;
};
const stores = ['DATABASE_URL', 'MONGODB_URL', 'REDIS_URL'];
/** The addresses that are among the variables, as they must be. */
export const addresses = (names: Iterable<string>) =>
  Object.fromEntries(
    [...names].filter((name) => isAddress(name) && !stores.includes(name)).map((name) => [name, addressOf(name)]),
  );
