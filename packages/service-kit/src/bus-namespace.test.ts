import { expect, it } from 'vitest';
import type { BusMessage } from './bus.ts';
import { createLocalBus } from './bus-local.ts';
import { createNamespace } from './bus-namespace.ts';
import { eventually } from './testing-wait.ts';

const topic = 'minitwitter.tweet.v1';
const group = 'tweet';

it('keeps installations that share a bus apart, and shows them the names that they know', async () => {
  await using shared = await createLocalBus();
  const [here, there] = [createNamespace('here'), createNamespace('there')].map(({ withNamespace }) =>
    withNamespace(shared),
  );
  const heard = { here: [] as BusMessage[], there: [] as BusMessage[], shared: [] as BusMessage[] };
  const listen = (to: BusMessage[]) => ({
    group,
    topics: [topic],
    handle: async (batch: readonly BusMessage[]) => void to.push(...batch),
  });
  await here?.subscribe(listen(heard.here));
  await there?.subscribe(listen(heard.there));
  await shared.subscribe({ ...listen(heard.shared), topics: [topic, `here.${topic}`] });
  await there?.publish([{ topic, key: 'k', value: Buffer.from('there') }]);
  await here?.publish([{ topic, key: 'k', value: Buffer.from('here') }]);
  const seen = (messages: BusMessage[]) => messages.map((one) => [one.topic, Buffer.from(one.value).toString()]);
  await eventually(() => {
    expect(seen(heard.here)).toEqual([[topic, 'here']]);
    expect(seen(heard.there)).toEqual([[topic, 'there']]);
    expect(seen(heard.shared)).toEqual([[`here.${topic}`, 'here']]);
  });
});

it('without a name leaves all names as they are', () => {
  expect(createNamespace('').inNamespace(topic)).toBe(topic);
});
