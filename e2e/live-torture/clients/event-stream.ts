import { type Client, type ClientOptions, pause, query } from './client.ts';
import type { Answer } from './record.ts';

/** Watch by server-sent events, each connection anew from the last notification. */
export function watchByEvents({ url, token, diary, random }: ClientOptions): Client {
  let stopped = false;
  let connection = new AbortController();

  async function watch(): Promise<void> {
    connection = new AbortController();
    const response = await fetch(`${url()}/graphql`, {
      method: 'POST',
      headers: {
        accept: 'text/event-stream',
        'content-type': 'application/json',
        authorization: `Bearer ${token()}`,
      },
      body: JSON.stringify({ query, variables: { after: diary.cursor() } }),
      signal: connection.signal,
    });
    if (response.status !== 200 || !response.body) return void (await response.body?.cancel());
    let isExcused = false;
    for await (const { name, data } of eventsOf(response.body)) {
      if (name === 'complete' && !isExcused) diary.complain('the stream was completed');
      if (name !== 'next') continue;
      const answer = JSON.parse(data) as Answer;
      isExcused = answer.errors !== undefined;
      diary.note(answer);
    }
  }

  const running = (async () => {
    while (!stopped) {
      await watch().catch(() => undefined);
      await pause(random);
    }
  })();

  return {
    record: diary.record,
    drop: () => connection.abort(),
    [Symbol.asyncDispose]: async () => {
      stopped = true;
      connection.abort();
      await running;
    },
  };
}

/** The events of a stream (HTML Standard, 9.2.6, with one line of data each); one that is cut off is none. */
async function* eventsOf(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<{ name: string; data: string }> {
  let text = '';
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    const blocks = (text + chunk).split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const name = /^event: ?(.*)$/m.exec(block)?.[1];
      if (name !== undefined) yield { name, data: /^data: ?(.*)$/m.exec(block)?.[1] ?? '' };
    }
  }
}
