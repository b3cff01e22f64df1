/** The data folder cannot be used: not a directory, not writable, held by another process. Its message is one line. */
export class DataFolderError extends Error {
  override readonly name = 'DataFolderError';
}

/** An embedded server did not start. Its message is one line that names the server, its folder and the cause. */
export class ServerStartError extends Error {
  override readonly name = 'ServerStartError';
}

/** The message of whatever was thrown. */
export function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
