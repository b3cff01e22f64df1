export type GraphqlAnswer<Data> = {
  data?: Data | null;
  errors?: { message: string; path?: (string | number)[]; extensions: { code: string } }[];
};

/** Ask the edge by GraphQL over HTTP. */
export async function askGraphql<Data = Record<string, unknown>>(
  url: string,
  query: string,
  { variables = {}, token }: { variables?: object; token?: string } = {},
): Promise<GraphqlAnswer<Data>> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as GraphqlAnswer<Data>;
}
