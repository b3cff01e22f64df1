import { Agent, request } from 'node:http';

/** Sends one request on kept-alive connections and answers with the body; rejects for anything but a 200 without errors. */
export type Client = ReturnType<typeof createClient>;

const timeoutMs = 30_000;

/** A client of one server at `url`; disposing closes its connections. */
export function createClient(url: string, connections: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });

  const send = (path: string, token: string, body?: object): Promise<string> =>
    new Promise((resolve, reject) => {
      const text = body && JSON.stringify(body);
      const headers = {
        accept: 'application/json',
        authorization: `Bearer ${token}`,
        ...(text !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
      };
      const method = text === undefined ? 'GET' : 'POST';
      const outgoing = request(`${url}${path}`, { agent, method, headers, timeout: timeoutMs }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const answer = Buffer.concat(chunks).toString('utf8');
          const isGood = response.statusCode === 200 && !answer.includes('"errors":');
          if (isGood) resolve(answer);
          else reject(new Error(`${url}${path} answered ${response.statusCode}: ${answer.slice(0, 500)}`));
        });
      });
      // A server may close a connection that was idle at the moment at which it is used again (RFC 9112, section 9.5).
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        if (outgoing.reusedSocket && error.code === 'ECONNRESET') send(path, token, body).then(resolve, reject);
        else reject(error);
      });
      outgoing.on('timeout', () => outgoing.destroy(new Error(`${url}${path} did not answer in ${timeoutMs} ms`)));
      outgoing.end(text);
    });

  return { send, [Symbol.dispose]: () => agent.destroy() };
}
