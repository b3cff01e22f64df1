/** An event of a stream, or a comment. */
export type StreamEvent = { event?: string; data?: string; comment?: string };

/** Read a response as server-sent events (HTML, section 9.2); ends when the response does, and throws when it is cut. */
export async function* readEvents(response: Response): AsyncGenerator<StreamEvent, void> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (let chunk = await reader?.read(); chunk && !chunk.done; chunk = await reader?.read()) {
    const parts = (text + chunk.value).split('\n\n');
    text = parts.pop() ?? '';
    for (const part of parts) yield eventOf(part);
  }
}

function eventOf(text: string): StreamEvent {
  const fields = text.split('\n').map((line) => {
    const [, name = '', value = ''] = /^(\w*): ?(.*)$/.exec(line) ?? [];
    return [name || 'comment', value];
  });
  return Object.fromEntries(fields);
}
