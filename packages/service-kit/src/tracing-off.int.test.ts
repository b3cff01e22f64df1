import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { z } from 'zod';

const script = `
  import { registerHooks } from 'node:module';
  const loaded = [];
  registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
  const from = (file) => import(new URL(file, ${JSON.stringify(import.meta.url)}));
  await Promise.all(['./base.ts', './doors.ts', './consumer.ts', './relay.ts'].map(from));
  const [{ openTracer }, { readConfig, tracingConfig }] = await Promise.all(['./tracing.ts', './config.ts'].map(from));
  const tracer = await openTracer('test', readConfig(tracingConfig, process.env));
  const parent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  console.log(JSON.stringify({
    isOn: tracer.isOn,
    handedOn: await tracer.run({}, parent, async (traceparent) => traceparent) === parent,
    sdk: loaded.some((url) => /@opentelemetry.(sdk-trace|resources|exporter)/.test(url)),
  }));
`;
const answer = z.object({ isOn: z.boolean(), handedOn: z.boolean(), sdk: z.boolean() });

async function load(env: Record<string, string>) {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { env });
  return answer.parse(JSON.parse(stdout));
}

it('without an endpoint nothing of the SDK is loaded, and what comes from outside is still handed on', async () => {
  expect(await load({})).toEqual({ isOn: false, handedOn: true, sdk: false });
  expect(await load({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' })).toEqual({
    ...{ isOn: true, handedOn: false, sdk: true },
  });
});
