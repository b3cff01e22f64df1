import type { Redis } from 'ioredis';
import { type Bus, openBus } from './bus.ts';
import type { BaseConfig } from './config.ts';
import { createLogger, type Logger } from './logger.ts';
import { openPolicy, type Policy } from './policy.ts';
import { openRedis } from './redis.ts';
import { openTracer, type Tracer } from './tracing.ts';

/** What every service stands on; opened once and closed, in reverse order, by the stack it was given. */
export type Base = {
  name: string;
  config: BaseConfig;
  log: Logger;
  tracer: Tracer;
  redis: Redis;
  bus: Bus;
  policy: Policy;
};

export async function openBase(name: string, config: BaseConfig, stack: AsyncDisposableStack): Promise<Base> {
  const log = createLogger(name, config.LOG_LEVEL);
  const tracer = stack.use(await openTracer(name, config, log));
  const policy = stack.use(await openPolicy(log, config.POLICY_DIR));
  const redis = stack.adopt(await openRedis(config.REDIS_URL), (client) => client.disconnect());
  const bus = stack.use(await openBus(config.KAFKA_BROKERS, name, log));
  return { name, config, log, tracer, redis, bus, policy };
}
