import type { Launch, Place, Running } from './types.ts';

export type Slot = {
  url: string;
  /** Ends the server as a crash does. */
  kill: () => Promise<void>;
  /** Starts it again at its place, stopped first if it runs. */
  restart: () => Promise<void>;
  [Symbol.asyncDispose]: () => Promise<void>;
};

/** A server at its place, running now; `onCrash` is told how it ended whenever nobody here asked for it. */
export async function openSlot(launch: Launch, place: Place, onCrash: (how: string) => void): Promise<Slot> {
  let running: Running | undefined;

  async function start(): Promise<Running> {
    const server = await launch(place);
    running = server;
    void server.ended.then((how) => {
      if (running !== server) return;
      running = undefined;
      onCrash(how);
      return server.stop();
    });
    return server;
  }

  async function end(how: 'stop' | 'kill'): Promise<void> {
    const server = running;
    running = undefined;
    await server?.[how]();
  }

  const { url } = await start();
  return {
    url,
    kill: () => end('kill'),
    restart: async () => {
      await end('stop');
      await start();
    },
    [Symbol.asyncDispose]: () => end('stop'),
  };
}
