import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';

// A gateway as the library's documentation has it: its own data source, which hands the caller's credentials on.
type Context = { authorization?: string | undefined };

const { PORT, SUPERGRAPH = '' } = process.env;

const gateway = new ApolloGateway({
  supergraphSdl: SUPERGRAPH,
  buildService: ({ url = '' }) =>
    new RemoteGraphQLDataSource<Context>({
      url,
      willSendRequest: ({ request, context }) => {
        if (context.authorization) request.http?.headers.set('authorization', context.authorization);
      },
    }),
});

await startStandaloneServer(new ApolloServer<Context>({ gateway }), {
  context: async ({ req }) => ({ authorization: req.headers.authorization }),
  listen: { host: '127.0.0.1', port: Number(PORT) },
});
