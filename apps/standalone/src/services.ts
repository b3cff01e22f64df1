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
import type { Environment } from '@minitwitter/service-kit/config';
import type { RunningService } from '@minitwitter/service-kit/doors';
import { PortError } from '@minitwitter/service-kit/lifecycle';
import { retry } from '@minitwitter/service-kit/retry';
import { start as startTweet } from '@minitwitter/tweet';
import { loadConfig as loadTweet } from '@minitwitter/tweet/config';
import { start as startUser } from '@minitwitter/user';
import { loadConfig as loadUser } from '@minitwitter/user/config';

type Starter = (env: Environment) => Promise<RunningService>;

/** How each service starts: its own configuration from an environment, then its own start, as in a process of its own. */
const starters: Readonly<Record<string, Starter>> = {
  auth: (env) => startAuth(loadAuth(env)),
  user: (env) => startUser(loadUser(env)),
  follow: (env) => startFollow(loadFollow(env)),
  tweet: (env) => startTweet(loadTweet(env)),
  comment: (env) => startComment(loadComment(env)),
  like: (env) => startLike(loadLike(env)),
  notification: (env) => startNotification(loadNotification(env)),
};

/**
 * Start all services in this process. Each is told the others' gRPC addresses, so their ports are chosen beforehand:
 * `<SERVICE>_GRPC_PORT` and `<SERVICE>_HTTP_PORT` set them, else they are free ones. If another process takes one of
 * those meanwhile, all start again with others.
 */
export async function startServices(env: Environment, stack: AsyncDisposableStack): Promise<RunningService[]> {
  const retryIf = (error: unknown) => error instanceof PortError;
  return retry(() => startAll(env, stack), { attempts: 3, baseMs: 20, maxMs: 100, retryIf });
}

async function startAll(env: Environment, stack: AsyncDisposableStack): Promise<RunningService[]> {
  await using started = new AsyncDisposableStack();
  const names = Object.keys(starters);
  const ports = new Map<string, string>();
  for (const name of names) ports.set(name, env[`${name.toUpperCase()}_GRPC_PORT`] ?? String(await freePort()));
  const targets = names.map((name) => [`${name.toUpperCase()}_GRPC`, `127.0.0.1:${ports.get(name)}`] as const);

  const outcomes = await Promise.allSettled(
    Object.entries(starters).map(async ([name, start]) => {
      const own = { HOST: '127.0.0.1', GRPC_PORT: ports.get(name), HTTP_PORT: env[`${name.toUpperCase()}_HTTP_PORT`] };
      return started.use(await start({ ...env, ...Object.fromEntries(targets), ...own }));
    }),
  );
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  stack.use(started.move());
  return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
}
