import { describe, expect, it } from 'vitest';
import { ConfigError, mongoServiceConfig, readConfig, serviceConfig } from './config.ts';

describe('configuration', () => {
  it('stops with one list of all that is wrong', () => {
    const env = { REDIS_URL: 'http://wrong', KAFKA_BROKERS: '', AUTH_GRPC: 'no-port', GRPC_PORT: '70000' };
    const read = () => readConfig(mongoServiceConfig, env);
    expect(read).toThrow(ConfigError);
    for (const name of [
      'REDIS_URL',
      'KAFKA_BROKERS: is not set',
      'AUTH_GRPC',
      'GRPC_PORT',
      'MONGODB_URL: is not set',
    ]) {
      expect(read).toThrow(name);
    }
  });

  it('takes defaults for what is unset or empty', () => {
    const config = readConfig(serviceConfig, {
      REDIS_URL: 'redis://localhost',
      KAFKA_BROKERS: 'localhost:9092',
      HOST: '',
    });
    expect(config).toMatchObject({ HOST: '127.0.0.1', GRPC_PORT: 0, RATE_LIMIT: true });
  });
});
