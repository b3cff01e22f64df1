import { createServer, type Server, type Socket } from 'node:net';
import type { Doc } from './bson.ts';
import { errorReply, toCommandError } from './errors.ts';
import { messageLength, type Request, readMessage, writeReply } from './wire.ts';

const MAX_CONNECTIONS = 1000;

/** Answers one command. Promises must settle in the order of the calls, so that a connection's answers keep theirs. */
type Answer = (args: Doc, connectionId: number) => Promise<Doc>;

async function replyTo(request: Request, answer: Answer, connectionId: number): Promise<Buffer> {
  const reply = await answer(request.args, connectionId);
  try {
    return writeReply(request, reply);
  } catch (error) {
    return writeReply(request, errorReply(toCommandError(error)));
  }
}

/** Reads messages off a socket and answers them in order; a message that cannot be read ends the connection. */
function serve(socket: Socket, connectionId: number, answer: Answer): void {
  let chunks: Buffer[] = [];
  let size = 0;
  let wanted = 0;

  async function handle(message: Buffer): Promise<void> {
    const request = readMessage(message);
    const reply = await replyTo(request, answer, connectionId);
    // A client that does not read its answers is not read either.
    if (!request.silent && !socket.destroyed && !socket.write(reply)) socket.pause();
  }

  function drainInput(): void {
    let buffer = Buffer.concat(chunks, size);
    let length = messageLength(buffer);
    while (length !== null && buffer.length >= length) {
      handle(buffer.subarray(0, length)).catch(() => socket.destroy());
      buffer = buffer.subarray(length);
      length = messageLength(buffer);
    }
    chunks = [buffer];
    size = buffer.length;
    wanted = length ?? 0;
  }

  socket.setNoDelay(true);
  socket.on('drain', () => socket.resume());
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    if (size < wanted) return;
    try {
      drainInput();
    } catch {
      socket.destroy();
    }
  });
}

type Listener = { readonly port: number; readonly close: () => Promise<void> };

function opened(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}

/** Listens on loopback; port 0 picks a free one. Rejects when the port is taken. */
export async function listen(port: number, answer: Answer): Promise<Listener> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    serve(socket, ++connections, answer);
  });
  server.maxConnections = MAX_CONNECTIONS;
  const actual = await opened(server, port);
  async function close(): Promise<void> {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of sockets) socket.destroy();
    await closed;
  }
  return { port: actual, close };
}
