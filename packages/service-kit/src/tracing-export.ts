import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { BatchSpanProcessor, type SpanExporter, type SpanProcessor } from '@opentelemetry/sdk-trace';
import type { TracingConfig } from './config.ts';
import type { Logger } from './logger.ts';

export type ExportConfig = TracingConfig & { endpoint: string };

type Export = { processor: SpanProcessor; users: number };

/** By endpoint: those of one process share a queue and a connection. */
const open = new Map<string, Export>();

const limits = { maxQueueSize: 4096, maxExportBatchSize: 512 };

/** Share what sends spans to an endpoint; the last to leave sends what is left. Never rejects. */
export function joinExport(config: ExportConfig, log: Logger) {
  const { endpoint } = config;
  const shared = open.get(endpoint) ?? { processor: createProcessor(config, log), users: 0 };
  open.set(endpoint, shared);
  shared.users += 1;
  return {
    processor: shared.processor,
    leave: async (): Promise<void> => {
      shared.users -= 1;
      if (shared.users > 0) return;
      open.delete(endpoint);
      // What could not be sent has been told.
      await shared.processor.shutdown().catch(() => undefined);
    },
  };
}

/** A full queue drops spans, and so does a collector that does not answer: the work that they tell of never waits. */
function createProcessor({ endpoint, ...config }: ExportConfig, log: Logger): SpanProcessor {
  const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`;
  const timeoutMillis = config.OTEL_EXPORTER_OTLP_TIMEOUT;
  const exporter = tellingOutages(new OTLPTraceExporter({ url, timeoutMillis }), url, log);
  const scheduledDelayMillis = config.OTEL_BSP_SCHEDULE_DELAY;
  return new BatchSpanProcessor({ exporter, scheduledDelayMillis, exportTimeoutMillis: timeoutMillis, ...limits });
}

/** Log when spans begin to be lost, and when they no longer are. */
function tellingOutages(exporter: SpanExporter, url: string, log: Logger): SpanExporter {
  let isLosing = false;
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        const failed = result.error !== undefined;
        if (failed && !isLosing)
          log.warn({ err: result.error, url }, 'spans are lost: the collector does not take them');
        if (!failed && isLosing) log.info({ url }, 'the collector takes spans again');
        isLosing = failed;
        done(result);
      }),
    forceFlush: async () => exporter.forceFlush?.(),
    shutdown: () => exporter.shutdown(),
  };
}
