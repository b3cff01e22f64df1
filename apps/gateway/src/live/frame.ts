import type { Writable } from 'node:stream';

const finalText = 0x81;
const maxShort = 125;
const maxMedium = 0xffff;

/** A text message of pieces of UTF-8, as one unmasked WebSocket frame (RFC 6455, section 5.2). */
export function textFrame(pieces: readonly Buffer[]): Buffer {
  let length = 0;
  for (const piece of pieces) length += piece.length;
  const headLength = length <= maxShort ? 2 : length <= maxMedium ? 4 : 10;
  const frame = Buffer.allocUnsafe(headLength + length);
  frame[0] = finalText;
  if (headLength === 2) frame[1] = length;
  else if (headLength === 4) {
    frame[1] = maxShort + 1;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = maxShort + 2;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  let offset = headLength;
  for (const piece of pieces) {
    frame.set(piece, offset);
    offset += piece.length;
  }
  return frame;
}

/**
 * Write text messages, of a head, a body and a tail in UTF-8 each, as frames in one piece. Of a message that goes to many with a
 * tail of its own each, the rest is written once: the next frame is made of the last one, where the transport has let go of it.
 */
export function createFrameWriter() {
  let last: { head: Buffer; body: Buffer; tailAt: number; frame: Buffer } | undefined;
  return (
    transport: Pick<Writable, 'write' | 'writableLength'>,
    head: Buffer,
    body: Buffer,
    tail: Buffer,
    onWritten?: () => void,
  ): void => {
    if (last?.head === head && last.body === body && last.tailAt + tail.length === last.frame.length) {
      last.frame.set(tail, last.tailAt);
    } else {
      const frame = textFrame([head, body, tail]);
      last = { head, body, tailAt: frame.length - tail.length, frame };
    }
    transport.write(last.frame, onWritten);
    if (transport.writableLength > 0) last = undefined;
  };
}
