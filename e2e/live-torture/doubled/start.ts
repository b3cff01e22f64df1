import { freePort } from '@minitwitter/embedded/free-port';
import { start as startGateway } from '@minitwitter/gateway';
import { loadConfig as loadGateway } from '@minitwitter/gateway/config';
import { start as startNotification } from '@minitwitter/notification';
import { loadConfig as loadNotification } from '@minitwitter/notification/config';
import { dataDirOf, type Environment } from '@minitwitter/service-kit/config';
import { openServers } from '@minitwitter/service-kit/servers';
import { startServices } from '@minitwitter/standalone/services';
import { createPlace, type Ending } from './place.ts';
import { sever } from './sever.ts';

type Place = { port: number; restart: (ending: Ending) => Promise<void> };

/** Two edges, each with a replica of the notification service behind it. */
export type Doubled = AsyncDisposable &
  Record<'edge' | 'notification', readonly [Place, Place]> & { sever: typeof sever };

const needs = ['postgres', 'mongodb', 'redis', 'bus'] as const;
const host = '127.0.0.1';

/** Start the whole platform in this process with two edges and two notification services; disposing stops all of it. */
export async function startDoubled(environment: Environment): Promise<Doubled> {
  await using stack = new AsyncDisposableStack();
  const servers = stack.use(await openServers(environment, { needs, dataDir: dataDirOf(environment) }));
  const env: Record<string, string> = { ...servers.env, HOST: host };
  const services = await startServices(env, stack);
  for (const { name, grpc, http } of services) {
    env[`${name.toUpperCase()}_GRPC`] = grpc;
    env[`${name.toUpperCase()}_URL`] = http;
  }
  // The one that came with the others gives way to two that can be replaced.
  await services.find(({ name }) => name === 'notification')?.[Symbol.asyncDispose]();

  async function openPair() {
    const port = await freePort();
    const notificationEnv = { ...env, NOTIFICATION_GRPC_PORT: String(port), NOTIFICATION_HTTP_PORT: '0' };
    const notification = stack.use(await createPlace(port, () => startNotification(loadNotification(notificationEnv))));
    const local = new Map(services.map(({ name, answer }) => [name, answer]));
    local.set('notification', (request, headers) => notification.current().answer(request, headers));
    const edgePort = await freePort();
    const edgeEnv = { ...env, PORT: String(edgePort), NOTIFICATION_GRPC: `${host}:${port}` };
    const edge = stack.use(await createPlace(edgePort, () => startGateway(loadGateway(edgeEnv), local)));
    return { edge, notification };
  }
  const pairs = [await openPair(), await openPair()] as const;
  const all = stack.move();
  return {
    edge: [pairs[0].edge, pairs[1].edge],
    notification: [pairs[0].notification, pairs[1].notification],
    sever,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
