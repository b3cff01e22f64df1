import { createServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { WebSocketServer } from 'ws';

// A bare WebSocket server, the least that a push can cost: the body of a POST goes to all open sockets as one frame.
const textFrame = 0x81;
const sockets = new Set<Duplex>();

/** An unmasked frame of a text of 126 to 65535 bytes (RFC 6455, section 5.2). */
function frameOf(text: Buffer): Buffer {
  const head = Buffer.from([textFrame, 126, 0, 0]);
  head.writeUInt16BE(text.length, 2);
  return Buffer.concat([head, text]);
}

const upgrades = new WebSocketServer({ noServer: true, perMessageDeflate: false });
const server = createServer(async (request, response) => {
  const text = await buffer(request);
  if (text.length > 0) {
    const frame = frameOf(text);
    for (const socket of sockets) socket.write(frame);
  }
  response.writeHead(204).end();
});
server.on('upgrade', (request, socket, head) =>
  upgrades.handleUpgrade(request, socket, head, () => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  }),
);
server.listen(Number(process.env.PORT), '127.0.0.1');
