import { Client, credentials, type ServiceError, status } from '@grpc/grpc-js';
import { type LikeServiceServer, LikeServiceService } from '@minitwitter/proto/like/v1/like';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveFake } from './testing.ts';

const fullName = 'minitwitter.like.v1.LikeService';
const stack = new AsyncDisposableStack();
let server: Awaited<ReturnType<typeof serveFake<LikeServiceServer>>>;
let client: Client;
beforeAll(async () => {
  const like = async () => ({ likesCount: 1 });
  server = stack.use(await serveFake<LikeServiceServer>(LikeServiceService, { like }));
  client = stack.adopt(new Client(server.target, credentials.createInsecure()), (open) => open.close());
});
afterAll(() => stack.disposeAsync());

const raw = (bytes: Buffer) => bytes;

/** What a unary call with these bytes is answered. */
const call = (path: string, bytes: Buffer): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const onAnswer = (error: ServiceError | null, answer?: Buffer) =>
      error ? reject(error) : resolve(Buffer.from(answer ?? []));
    client.makeUnaryRequest(path, raw, raw, bytes, { deadline: Date.now() + 5000 }, onAnswer);
  });

/** A field of a message that holds a text of under 128 bytes. */
const textField = (number: number, text: string) =>
  Buffer.concat([Buffer.from([number * 8 + 2, Buffer.byteLength(text)]), Buffer.from(text)]);

describe('a request that cannot be decoded', () => {
  it.each([
    { what: 'an unknown enum number', bytes: [0x08, 99], message: 'enum value 99' },
    { what: 'a message that ends too early', bytes: [0x12, 24, 0x61], message: 'cannot be decoded' },
  ])('is an invalid argument: $what', async ({ bytes, message }) => {
    const refusal = { code: status.INVALID_ARGUMENT, details: expect.stringContaining(message) };
    await expect(call(`/${fullName}/Like`, Buffer.from(bytes))).rejects.toMatchObject(refusal);
  });

  it('is none if it can be', async () => {
    expect(await call(`/${fullName}/Like`, Buffer.from([0x08, 1]))).toEqual(Buffer.from([0x08, 1]));
  });
});

describe('health', () => {
  const statusOf = async (service: string) => (await call('/grpc.health.v1.Health/Check', textField(1, service))).at(1);
  const [serving, notServing] = [1, 2];

  it.each(['', fullName])('of "%s" is told as it is', async (service) => {
    server.setServing(true);
    expect(await statusOf(service)).toBe(serving);
    server.setServing(false);
    expect(await statusOf(service)).toBe(notServing);
  });

  it('of a service that is not served is not found', async () => {
    const other = statusOf('minitwitter.tweet.v1.TweetService');
    await expect(other).rejects.toMatchObject({ code: status.NOT_FOUND });
  });
});

describe.each(['v1', 'v1alpha'])('reflection %s', (version) => {
  /** The first answer to one reflection request. */
  const reflect = (bytes: Buffer): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      const path = `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`;
      const stream = client.makeBidiStreamRequest(path, raw, raw, { deadline: Date.now() + 5000 });
      stream.on('data', resolve).on('error', reject);
      stream.end(bytes);
    });
  const [fileContainingSymbol, listServices] = [4, 7];

  it('lists what the server serves, and nothing else', async () => {
    const answer = (await reflect(textField(listServices, '*'))).toString('latin1');
    expect(answer.match(/[a-z0-9.]+\.[A-Z]\w+/g)?.sort()).toEqual(['grpc.health.v1.Health', fullName]);
  });

  it.each([fullName, 'grpc.health.v1.Health'])('describes %s', async (name) => {
    const answer = (await reflect(textField(fileContainingSymbol, name))).toString('latin1');
    expect(answer).toContain(name.slice(name.lastIndexOf('.') + 1));
    expect(answer).not.toContain('Symbol not found');
  });
});
