import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { type Context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { TracingConfig } from './config.ts';
import { faultOf } from './errors.ts';
import type { Logger } from './logger.ts';
import type { Tracer, Work } from './tracing.ts';
import { type ExportConfig, joinExport } from './tracing-export.ts';

const flushMs = 2000;
const maxAttributeLength = 256;

const kinds: Record<Work['kind'], SpanKind> = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
};

/**
 * A tracer whose spans go to an OpenTelemetry collector. Services of one process share what exports, but each has a resource of
 * its own, because viewers tell services apart by the resource's name and by nothing else.
 */
export function createOtlpTracer(service: string, config: ExportConfig, log: Logger): Tracer & AsyncDisposable {
  const exporting = joinExport(config, log);
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.name': config.OTEL_SERVICE_NAME ?? service,
      'service.namespace': 'minitwitter',
      'host.name': hostname(),
    }),
    sampler: samplerOf(config),
    spanLimits: { attributeValueLengthLimit: maxAttributeLength },
    spanProcessors: [exporting.processor],
  });
  const tracer = provider.getTracer('@minitwitter/service-kit');

  const start: Tracer['start'] = ({ name, kind, attributes }, parent) => {
    const span = tracer.startSpan(name, { kind: kinds[kind], attributes }, contextOf(parent));
    const { traceId, spanId, traceFlags } = span.spanContext();
    return {
      traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`,
      rename: (other) => void span.updateName(other),
      set: (more) => void span.setAttributes(more),
      end: (fault) => {
        if (fault !== undefined) span.setStatus({ code: SpanStatusCode.ERROR }).setAttribute('error.type', fault);
        span.end();
      },
    };
  };

  return {
    isOn: true,
    start,
    run: async (work, parent, task) => {
      const span = start(work, parent);
      try {
        const result = await task(span.traceparent);
        span.end();
        return result;
      } catch (error) {
        span.end(faultOf(error));
        throw error;
      }
    },
    [Symbol.asyncDispose]: () => Promise.race([exporting.leave(), delay(flushMs, undefined, { ref: false })]),
  };
}

function contextOf(traceparent: string | undefined): Context {
  if (traceparent === undefined) return ROOT_CONTEXT;
  const [, traceId = '', spanId = '', flags = ''] = traceparent.split('-');
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16),
    isRemote: true,
  });
}

/** The sampler of a name in OpenTelemetry's specification. */
function samplerOf({ OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: ratio }: TracingConfig): Sampler {
  switch (name) {
    case 'always_on':
      return new AlwaysOnSampler();
    case 'always_off':
      return new AlwaysOffSampler();
    case 'traceidratio':
      return new TraceIdRatioBasedSampler(ratio);
    case 'parentbased_always_on':
      return new ParentBasedSampler({ root: new AlwaysOnSampler() });
    case 'parentbased_always_off':
      return new ParentBasedSampler({ root: new AlwaysOffSampler() });
    case 'parentbased_traceidratio':
      return new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) });
  }
}
