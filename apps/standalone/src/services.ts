import { start as startAuth } from '@minitwitter/auth';
import { loadConfig as loadAuth } from '@minitwitter/auth/config';
import { start as startComment } from '@minitwitter/comment';
import { loadConfig as loadComment } from '@minitwitter/comment/config';
import { freePort } from '@minitwitter/embedded/free-port';
import { start as startFollow } from '@minitwitter/follow';
import { loadConfig as loadFollow } from '@minitwitter/follow/config';
import { start as startLike } from '@minitwitter/like';
import { loadConfig as loadLike } from '@minitwitter/like/config';
import { start as startNotification } from '@minitwitter/notification';
import { loadConfig as loadNotification } from '@minitwitter/notification/config';
import { type Environment, portNames, type ServiceName, serviceNames } from '@minitwitter/service-kit/config';
import type { RunningService } from '@minitwitter/service-kit/doors';
import { inProcess } from '@minitwitter/service-kit/grpc-in-process';
import { PortError } from '@minitwitter/service-kit/lifecycle';
import { retry } from '@minitwitter/service-kit/retry';
import { start as startTweet } from '@minitwitter/tweet';
import { loadConfig as loadTweet } from '@minitwitter/tweet/config';
import { start as startUser } from '@minitwitter/user';
import { loadConfig as loadUser } from '@minitwitter/user/config';

type Service = {
  /** Throws a ConfigError for an environment that the service cannot use. */
  check: (env: Environment) => unknown;
  start: (env: Environment) => Promise<RunningService>;
};

/** A service starts as in a process of its own: its configuration from an environment, then its own start. */
const service = <Config>(
  load: (env: Environment) => Config,
  start: (config: Config) => Promise<RunningService>,
): Service => ({
  check: load,
  start: (env) => start(load(env)),
});

const services: Readonly<Record<ServiceName, Service>> = {
  auth: service(loadAuth, startAuth),
  user: service(loadUser, startUser),
  follow: service(loadFollow, startFollow),
  tweet: service(loadTweet, startTweet),
  comment: service(loadComment, startComment),
  like: service(loadLike, startLike),
  notification: service(loadNotification, startNotification),
};

/** What is wrong with an environment, whichever service reads it. */
export const serviceChecks = Object.values(services).map(({ check }) => check);

/**
 * Start all services in this process. Each is told the others' gRPC addresses, and calls them without a socket; so their ports are chosen beforehand:
 * `<SERVICE>_GRPC_PORT` and `<SERVICE>_HTTP_PORT` set them, else they are free ones. If another process takes one of
 * those meanwhile, all start again with others.
 */
export async function startServices(env: Environment, stack: AsyncDisposableStack): Promise<RunningService[]> {
  const retryIf = (error: unknown) => error instanceof PortError;
  return retry(() => startAll(env, stack), { attempts: 3, baseMs: 20, maxMs: 100, retryIf });
}

async function startAll(env: Environment, stack: AsyncDisposableStack): Promise<RunningService[]> {
  await using started = new AsyncDisposableStack();
  const inner: Record<string, string> = { HOST: '127.0.0.1' };
  for (const name of serviceNames) {
    const { GRPC_PORT, HTTP_PORT } = portNames(name);
    inner[GRPC_PORT] = env[GRPC_PORT] || String(await freePort());
    inner[HTTP_PORT] = env[HTTP_PORT] || '0';
    inner[`${name.toUpperCase()}_GRPC`] = inProcess(`127.0.0.1:${inner[GRPC_PORT]}`);
  }
  const outcomes = await Promise.allSettled(
    serviceNames.map(async (name) => started.use(await services[name].start({ ...env, ...inner }))),
  );
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  stack.use(started.move());
  return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
}
