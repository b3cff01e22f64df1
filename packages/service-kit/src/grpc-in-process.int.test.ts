import { type LikeServiceServer, LikeServiceService, TargetType } from '@minitwitter/proto/like/v1/like';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { DomainError } from './errors.ts';
import { createGrpcClient } from './grpc-client.ts';
import { inProcess } from './grpc-in-process.ts';
import type { Rpc } from './rpc.ts';
import { serveFake, testContext } from './testing.ts';

type Likes = Rpc<LikeServiceServer>;
const request = { targetType: TargetType.TWEET, targetId: 'a' };

async function open(handlers: Partial<Likes>, toTarget: (address: string) => string) {
  const server = await serveFake<LikeServiceServer>(LikeServiceService, handlers);
  const client = createGrpcClient<LikeServiceServer>('like', LikeServiceService, toTarget(server.target));
  onTestFinished(async () => {
    client[Symbol.dispose]();
    await server[Symbol.asyncDispose]();
  });
  return { server, client };
}

describe.each([
  { way: 'in process', toTarget: inProcess },
  { way: 'over the wire', toTarget: (address: string) => address },
])('a call $way', ({ toTarget }) => {
  test('brings the request, who asks and the answer', async () => {
    const like = vi.fn<Likes['like']>(async () => ({ likesCount: 7 }));
    const { client } = await open({ like }, toTarget);
    const context = testContext();
    expect(await client.like(request, context)).toEqual({ likesCount: 7 });
    expect(like).toHaveBeenCalledWith(request, expect.objectContaining({ requestId: context.requestId }));
  });

  test('fails as the contract has it', async () => {
    const violations = [{ field: 'targetId', detail: 'must be an id' }];
    const like = () => Promise.reject(new DomainError('INVALID_ARGUMENT', 'No.', { violations }));
    const { client } = await open({ like, unlike: () => Promise.reject(new Error('secret')) }, toTarget);
    const refusal = { name: 'DomainError', code: 'INVALID_ARGUMENT', message: 'No.', violations };
    await expect(client.like(request, testContext())).rejects.toMatchObject(refusal);
    const masked = { code: 'INTERNAL', message: expect.not.stringContaining('secret') };
    await expect(client.unlike(request, testContext())).rejects.toMatchObject(masked);
  });

  test('takes no longer than its deadline', async () => {
    const gate = Promise.withResolvers<{ likesCount: number }>();
    const { client } = await open({ like: () => gate.promise }, toTarget);
    const context = { ...testContext(), deadline: Date.now() + 50 };
    await expect(client.like(request, context)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    gate.resolve({ likesCount: 1 });
  });

  test('is answered while the server stops, and after that there is none', async () => {
    const begun = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<{ likesCount: number }>();
    const like = () => {
      begun.resolve();
      return gate.promise;
    };
    const { client, server } = await open({ like }, toTarget);
    const answer = client.like(request, testContext());
    await begun.promise;
    const stopped = server[Symbol.asyncDispose]();
    gate.resolve({ likesCount: 1 });
    expect(await answer).toEqual({ likesCount: 1 });
    await stopped;
    await expect(client.like(request, testContext())).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});
