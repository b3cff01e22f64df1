import { destination, type Logger, type LoggerOptions, pino } from 'pino';

export type { Logger } from 'pino';

const secrets = ['password', 'authorization', 'accessToken', 'refreshToken', 'token', 'email', 'content', 'cookie'];

/** A JSON logger on standard error; secrets and personal data are redacted wherever they might slip in, two levels deep. */
export function createLogger(service: string, level: string): Logger {
  const options: LoggerOptions = {
    level,
    base: { service },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[redacted]' },
  };
  return pino(options, destination({ fd: 2, sync: true }));
}
