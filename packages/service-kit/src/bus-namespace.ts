import type { Bus } from './bus.ts';

/**
 * Lets several installations share a Kafka: all topics and groups of one begin with its name and a dot. Without a name they
 * are as they are.
 */
export function createNamespace(name: string) {
  const prefix = name && `${name}.`;
  const inNamespace = (bare: string): string => prefix + bare;

  /** A bus whose users know only bare names, on one that knows only full ones. */
  const withNamespace = (bus: Bus): Bus => ({
    ...bus,
    publish: (messages) => bus.publish(messages.map((one) => ({ ...one, topic: inNamespace(one.topic) }))),
    subscribe: ({ group, topics, handle, ...rest }) =>
      bus.subscribe({
        ...rest,
        group: inNamespace(group),
        topics: topics.map(inNamespace),
        handle: (messages) => handle(messages.map((one) => ({ ...one, topic: one.topic.slice(prefix.length) }))),
      }),
    lag: async (group, topics) => {
      const lags = await bus.lag(inNamespace(group), topics.map(inNamespace));
      return lags.map((one) => ({ ...one, topic: one.topic.slice(prefix.length) }));
    },
  });
  return { inNamespace, withNamespace };
}
