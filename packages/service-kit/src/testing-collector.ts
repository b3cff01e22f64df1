import { json } from 'node:stream/consumers';
import { z } from 'zod';
import { listenHttp } from './http-server.ts';

const attributes = z.array(
  z.object({ key: z.string(), value: z.record(z.string(), z.union([z.string(), z.number()])) }),
);
const traces = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes }),
      scopeSpans: z.array(
        z.object({
          spans: z.array(
            z.object({
              ...{ name: z.string(), kind: z.number(), traceId: z.string(), spanId: z.string() },
              ...{ parentSpanId: z.string().optional(), attributes, status: z.object({ code: z.number() }) },
            }),
          ),
        }),
      ),
    }),
  ),
});

type Values = Record<string, string | number | undefined>;

export type CollectedSpan = {
  service: string;
  name: string;
  traceId: string;
  spanId: string;
  /** Undefined for the root of a trace. */
  parentSpanId: string | undefined;
  attributes: Values;
  failed: boolean;
};

const failedStatus = 2;

/** A collector that takes OTLP in JSON over HTTP and keeps every span. */
export async function startCollector(port = 0) {
  const spans: CollectedSpan[] = [];
  const server = await listenHttp({
    ...{ service: 'collector', host: '127.0.0.1', port },
    handle: async (request, response) => {
      if (request.url === '/v1/traces') spans.push(...spansIn(await json(request)));
      response.writeHead(request.url === '/v1/traces' ? 200 : 404, { 'content-type': 'application/json' }).end('{}');
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    spans: (): readonly CollectedSpan[] => spans,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

const spansIn = (body: unknown): CollectedSpan[] =>
  traces.parse(body).resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = String(valuesOf(resource.attributes)['service.name']);
    return scopeSpans
      .flatMap(({ spans }) => spans)
      .map(({ kind: _, status, attributes: given, parentSpanId, ...span }) => ({
        ...{ ...span, service, parentSpanId: parentSpanId || undefined },
        ...{ attributes: valuesOf(given), failed: status.code === failedStatus },
      }));
  });

const valuesOf = (list: z.output<typeof attributes>): Values =>
  Object.fromEntries(list.map(({ key, value }) => [key, Object.values(value)[0]]));
