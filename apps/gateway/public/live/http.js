const deadlineMs = 10_000;

/** A request that was not done; `code` is as in problem details or GraphQL's `extensions.code`. */
export class Refusal extends Error {
  name = 'Refusal';

  constructor(message, code) {
    super(message);
    this.code = code;
  }
}

export const isUnauthenticated = (error) => error instanceof Refusal && error.code === 'UNAUTHENTICATED';

async function exchange(path, { method, body, token, headers = {} }) {
  const init = {
    method,
    headers: {
      accept: 'application/json',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(deadlineMs),
  };
  try {
    const response = await fetch(path, init);
    const text = await response.text();
    return { response, answer: text === '' ? undefined : JSON.parse(text) };
  } catch {
    throw new Refusal('The server cannot be reached. Please try again.', 'UNAVAILABLE');
  }
}

/** Ask the REST API; rejects with a Refusal that tells what is wrong with which field. */
export async function rest(method, path, { body, token, headers } = {}) {
  const { response, answer } = await exchange(`/api/v1${path}`, { method, body, token, headers });
  if (response.ok) return answer;
  const { errors = [], detail = 'Something went wrong.', code } = answer ?? {};
  const faults = errors.map(({ pointer, detail: fault }) => `${pointer.replace(/^[/?]/, '')} ${fault}`);
  throw new Refusal(sentence(faults.join('; ') || detail), code);
}

/** Ask by GraphQL; resolves to the data and `at`, the server's time in epoch milliseconds. */
export async function graphql(query, variables, token) {
  const { response, answer } = await exchange('/graphql', { method: 'POST', body: { query, variables }, token });
  const [error] = answer?.errors ?? [];
  if (error) throw new Refusal(sentence(error.message), error.extensions?.code);
  return { data: answer.data, at: Date.parse(response.headers.get('date')) || Date.now() };
}

const sentence = (text) => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
