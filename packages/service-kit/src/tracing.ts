import type { TracingConfig } from './config.ts';
import { newTraceparent } from './context.ts';
import type { Logger } from './logger.ts';

/** Named by OpenTelemetry's semantic conventions; nothing that a person wrote or is known by is among them. */
export type Attributes = Readonly<Record<string, string | number>>;

/** A kind of work that spans tell of; `name` and `attributes` are known beforehand and of a bounded set. */
export type Work = {
  name: string;
  kind: 'server' | 'client' | 'producer' | 'consumer' | 'internal';
  attributes: Attributes;
};

/** One piece of work in a trace. */
export type Span = {
  /** The W3C Trace Context of what happens within. */
  traceparent: string;
  rename: (name: string) => void;
  set: (attributes: Attributes) => void;
  /** `fault` names an error that is ours (`error.type`). */
  end: (fault?: string) => void;
};

/** Tells of a service's work. `parent` is a well-formed W3C Trace Context; without one a trace begins. */
export type Tracer = {
  /** Whether anything may be recorded. */
  isOn: boolean;
  start: (work: Work, parent: string | undefined) => Span;
  /** Run a task in a span of its own, within which `traceparent` is handed on. */
  run: <T>(work: Work, parent: string | undefined, task: (traceparent: string) => Promise<T>) => Promise<T>;
};

const nothing = (): void => undefined;
const ignored = { rename: nothing, set: nothing, end: nothing };

/** Records nothing; what comes from outside is still handed on. */
export const untraced: Tracer = {
  isOn: false,
  start: (_work, parent) => ({ ...ignored, traceparent: parent ?? newTraceparent() }),
  run: (_work, parent, task) => task(parent ?? newTraceparent()),
};

/**
 * The tracer of a service: it sends to OTEL_EXPORTER_OTLP_ENDPOINT, and without one does nothing and loads nothing. Disposing
 * sends what has not been sent yet, for two seconds at most.
 */
export async function openTracer(
  service: string,
  config: TracingConfig,
  log: Logger,
): Promise<Tracer & AsyncDisposable> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } = config;
  if (endpoint === undefined) return { ...untraced, [Symbol.asyncDispose]: async () => undefined };
  const { createOtlpTracer } = await import('./tracing-otlp.ts');
  return createOtlpTracer(service, { ...config, endpoint }, log);
}
