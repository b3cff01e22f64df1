import type { Dispatcher } from 'undici';

/** `headers` are names and values in turn. */
export type PostRequest = { path: string; headers: string[]; body: string };

/** `body` is parsed JSON. */
export type PostAnswer = { status: number; body: unknown };

/**
 * Post JSON and take the JSON of the answer, which is collected and parsed once; rejects when the answer is not whole after
 * `timeoutMs`, and then lets go of the connection.
 */
export function postJson(pool: Dispatcher, request: PostRequest, timeoutMs: number): Promise<PostAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<PostAnswer>();
  const chunks: Buffer[] = [];
  let status = 0;
  let controller: Dispatcher.DispatchController | undefined;
  let late: Error | undefined;
  const timer = setTimeout(() => {
    late = new Error(`No answer within ${timeoutMs} ms`);
    reject(late);
    controller?.abort(late);
  }, timeoutMs);
  const { path, headers, body } = request;
  pool.dispatch(
    { method: 'POST', path, headers, body },
    {
      onRequestStart: (given) => {
        controller = given;
        // It may have waited for a connection for too long.
        if (late) given.abort(late);
      },
      onResponseStart: (_controller, statusCode) => {
        status = statusCode;
      },
      onResponseData: (_controller, chunk) => void chunks.push(chunk),
      onResponseEnd: () => {
        clearTimeout(timer);
        try {
          resolve({ status, body: parse(chunks) });
        } catch (error) {
          reject(error);
        }
      },
      onResponseError: (_controller, error) => {
        clearTimeout(timer);
        reject(error);
      },
    },
  );
  return promise;
}

function parse(chunks: readonly Buffer[]): unknown {
  const [only, ...others] = chunks;
  const bytes = only && others.length === 0 ? only : Buffer.concat(chunks);
  return JSON.parse(bytes.toString('utf8'));
}
