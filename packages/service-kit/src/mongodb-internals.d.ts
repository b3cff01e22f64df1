declare module 'mongodb/lib/cmap/connection.js' {
  /** One connection of the driver; `writeCommand` resolves when the socket took a command. */
  export class Connection {
    writeCommand(this: object, ...args: unknown[]): Promise<void>;
  }
}
