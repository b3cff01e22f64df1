const networkErrors = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENOTFOUND', 'EAI_AGAIN'];
// Prisma: cannot reach, timed out, pool timeout, connection closed, transaction start timed out, too many connections.
const prismaErrors = ['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2037'];
// MongoDB: shutting down, stepped down, no primary, interrupted by either, and over its own time.
const mongoErrors = ['91', '189', '10107', '11600', '11602', '13435', '13436', '50', '262'];
const codes = new Set([...networkErrors, ...prismaErrors, ...mongoErrors]);
/** SQLSTATE: connection exceptions, no resources left, shutting down or starting, and a statement over its time. */
const sqlStates = /^(08|53|57P)\w+$|^57014$/;

const names = new Set([
  'MongoServerSelectionError',
  'MongoNetworkError',
  'MongoNetworkTimeoutError',
  'MongoPoolClearedError',
  'MongoWaitQueueTimeoutError',
  'MongoOperationTimeoutError',
  'MongoTopologyClosedError',
  'MongoNotConnectedError',
  'MaxRetriesPerRequestError',
]);

/** What pg and its pool say, and nothing else, when a connection is lost or none came in time. */
const messages = new Set([
  'timeout exceeded when trying to connect',
  'timeout expired',
  'Query read timeout',
  'Connection terminated',
  'Connection terminated unexpectedly',
  'Connection terminated due to connection timeout',
  'Client has encountered a connection error and is not queryable',
]);

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const maxDepth = 5;

/** Whether a driver's error, or what caused it, says that its server cannot be reached or is too slow. */
export function isUnreachable(error: unknown, depth = 0): boolean {
  if (!isObject(error) || depth > maxDepth) return false;
  const { name, message, code, originalCode, cause, meta } = error;
  return (
    codes.has(String(code)) ||
    sqlStates.test(String(originalCode ?? code)) ||
    names.has(String(name)) ||
    messages.has(String(message)) ||
    isUnreachable(cause, depth + 1) ||
    (isObject(meta) && isUnreachable(meta.driverAdapterError, depth + 1))
  );
}
