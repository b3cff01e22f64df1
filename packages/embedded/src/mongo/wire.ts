import { type Doc, decode, encode, setField } from './bson.ts';
import { CommandError } from './errors.ts';

/** The longest message that is read or written. Source: `maxMessageSizeBytes` of MongoDB's hello. */
export const MAX_MESSAGE_BYTES = 48_000_000;
const HEADER_BYTES = 16;
const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;
const CHECKSUM_PRESENT = 1;
const MORE_TO_COME = 2;

/** One request. `legacy` is OP_QUERY, which the first handshake may use; `silent` wants no answer. */
export type Request = { readonly id: number; readonly args: Doc; readonly legacy: boolean; readonly silent: boolean };

function invalid(message: string): CommandError {
  return new CommandError('InvalidBSON', message);
}

/** The length of the message at the start of a buffer, or null while its header is incomplete; throws out of bounds. */
export function messageLength(buffer: Buffer): number | null {
  if (buffer.length < HEADER_BYTES) return null;
  const length = buffer.readInt32LE(0);
  if (length < HEADER_BYTES || length > MAX_MESSAGE_BYTES) throw invalid(`message length ${length} is out of bounds`);
  return length;
}

function document(body: Buffer, at: number): Buffer {
  const length = at + 4 <= body.length ? body.readInt32LE(at) : 0;
  if (length < 5 || at + length > body.length) throw invalid('a document runs over the end of its message');
  return body.subarray(at, at + length);
}

function cstring(body: Buffer, at: number): { text: string; end: number } {
  const end = body.indexOf(0, at);
  if (end < 0) throw invalid('a string is not terminated');
  return { text: body.toString('utf8', at, end), end: end + 1 };
}

function sequence(section: Buffer): { name: string; items: Doc[] } {
  const { text: name, end } = cstring(section, 4);
  const items: Doc[] = [];
  for (let at = end; at < section.length; ) {
    const bytes = document(section, at);
    items.push(decode(bytes));
    at += bytes.length;
  }
  return { name, items };
}

/** The body (kind 0) and the document sequences (kind 1) of an OP_MSG, joined into one command document. */
function readSections(body: Buffer): Doc {
  let args: Doc | null = null;
  const sequences: { name: string; items: Doc[] }[] = [];
  for (let at = 0; at < body.length; ) {
    const kind = body[at];
    const bytes = document(body, at + 1);
    if (kind === 0 && !args) args = decode(bytes);
    else if (kind === 1) sequences.push(sequence(bytes));
    else throw invalid(`unexpected section kind ${kind}`);
    at += 1 + bytes.length;
  }
  if (!args) throw invalid('the message has no body section');
  for (const { name, items } of sequences) setField(args, name, items);
  return args;
}

function readQuery(message: Buffer): Doc {
  const { text: namespace, end } = cstring(message, HEADER_BYTES + 4);
  const args = decode(document(message, end + 8));
  return { ...args, $db: namespace.split('.')[0] };
}

/** Reads one whole message: OP_MSG, or OP_QUERY for a handshake. Source: MongoDB wire protocol specification. */
export function readMessage(message: Buffer): Request {
  const id = message.readInt32LE(4);
  const opcode = message.readInt32LE(12);
  if (opcode === OP_QUERY) return { id, args: readQuery(message), legacy: true, silent: false };
  if (opcode !== OP_MSG || message.length < HEADER_BYTES + 4) throw invalid(`unsupported opcode ${opcode}`);
  const flags = message.readUInt32LE(HEADER_BYTES);
  const end = message.length - (flags & CHECKSUM_PRESENT ? 4 : 0);
  const args = readSections(message.subarray(HEADER_BYTES + 4, end));
  return { id, args, legacy: false, silent: (flags & MORE_TO_COME) !== 0 };
}

/** Writes the answer to a request, as OP_MSG or as the OP_REPLY that OP_QUERY wants. */
export function writeReply({ id, legacy }: Request, reply: Doc): Buffer {
  const body = encode(reply, MAX_MESSAGE_BYTES - 1024);
  const prefix = Buffer.alloc(HEADER_BYTES + (legacy ? 20 : 5));
  prefix.writeInt32LE(prefix.length + body.length, 0);
  prefix.writeInt32LE(id, 8);
  prefix.writeInt32LE(legacy ? OP_REPLY : OP_MSG, 12);
  if (legacy) {
    prefix.writeInt32LE(8, HEADER_BYTES);
    prefix.writeInt32LE(1, HEADER_BYTES + 16);
  }
  return Buffer.concat([prefix, body]);
}
