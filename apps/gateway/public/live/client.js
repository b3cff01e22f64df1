import { graphql, isUnauthenticated, Refusal, rest } from './http.js';

/** The API as the one who is signed in. A token that is refused is renewed once; answers to one who has left are dropped. */
export function createClient(session) {
  async function withToken(call) {
    const { id } = session.user();
    const token = await session.token();
    const answer = await call(token).catch(async (error) => {
      if (!isUnauthenticated(error)) throw error;
      return call(await session.tokenAfter(token));
    });
    if (session.user().id !== id) throw new Refusal('You have signed out.', 'UNAUTHENTICATED');
    return answer;
  }
  return {
    /** Ask by GraphQL; resolves to `{data, at}`. */
    ask: (query, variables = {}) => withToken((token) => graphql(query, variables, token)),
    rest: (method, path, options = {}) => withToken((token) => rest(method, path, { ...options, token })),
  };
}
