import { Client, credentials, Metadata, type ServiceDefinition, type ServiceError } from '@grpc/grpc-js';

/** Call a method of a service by its generated definition; rejects with grpc-js's ServiceError. */
export function callGrpc<Response>(
  target: string,
  definition: ServiceDefinition,
  method: string,
  request: unknown,
  token?: string,
): Promise<Response> {
  const description = definition[method];
  if (!description) throw new Error(`no method ${method}`);
  const client = new Client(target, credentials.createInsecure());
  const metadata = new Metadata();
  if (token) metadata.set('authorization', `Bearer ${token}`);
  const { path, requestSerialize, responseDeserialize } = description;
  const options = { deadline: Date.now() + 10_000 };
  return new Promise<Response>((resolve, reject) => {
    const onAnswer = (error: ServiceError | null, response?: Response) =>
      error || response === undefined ? reject(error) : resolve(response);
    client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, metadata, options, onAnswer);
  }).finally(() => client.close());
}
