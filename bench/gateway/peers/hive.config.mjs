const day = 86_400_000;

export const gatewayConfig = {
  logging: false,
  pollingInterval: day,
  propagateHeaders: {
    fromClientToSubgraphs: ({ request }) => ({ authorization: request.headers.get('authorization') }),
  },
};
