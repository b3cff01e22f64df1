/** Exits with 0 if the process of this container is ready, asked at the port that its environment sets, else with 1. */
const port = Object.entries(process.env).find(([name]) => name === 'PORT' || name.endsWith('_HTTP_PORT'))?.[1];
const ready = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(2500) }).then(
  ({ ok }) => ok,
  () => false,
);
process.exitCode = ready ? 0 : 1;
