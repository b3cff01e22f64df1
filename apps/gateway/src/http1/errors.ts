/** The peer does not speak HTTP/1.1 as RFC 9112 has it, or more of it than is taken. */
export class HttpProtocolError extends Error {
  override readonly name = 'HttpProtocolError';
}

/** The body of the answer is larger than is taken. */
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';
}

/** No connection came in time: nothing was sent. */
export class ConnectTimeoutError extends Error {
  override readonly name = 'ConnectTimeoutError';
  readonly code = 'CONNECT_TIMEOUT';
}
