/// <reference path="./mongodb-internals.d.ts" />
import type { Socket } from 'node:net';
import { MongoNetworkError } from 'mongodb';
import { Connection } from 'mongodb/lib/cmap/connection.js';

type Writer = { socket: Socket; error?: Error };

const { writeCommand } = Connection.prototype;

/**
 * Let a command fail whose socket is closed before the driver is told. mongodb 7.9 would wait without end for such a socket to
 * drain: when a server ends, all connections close in one turn, and whoever asks again in that turn may write to one of them.
 * Where that is the driver's monitor, the server is never found again.
 */
export function failOnClosedSockets(): void {
  Connection.prototype.writeCommand = async function (this: Writer, ...args) {
    const { socket } = this;
    const closed = Promise.withResolvers<never>();
    const fail = () => closed.reject(this.error ?? new MongoNetworkError('The connection is closed.'));
    if (socket.destroyed) fail();
    socket.once('close', fail);
    try {
      await Promise.race([closed.promise, writeCommand.apply(this, args)]);
    } finally {
      socket.off('close', fail);
    }
  };
}
