import { describe, expect, it } from 'vitest';
import { ConfigError, mongoServiceConfig, readConfig, readServiceConfig, serviceConfig } from './config.ts';

describe('configuration', () => {
  it('stops with one list of all that is wrong', () => {
    const env = { REDIS_URL: 'http://wrong', KAFKA_BROKERS: '', AUTH_GRPC: 'no-port', TWEET_GRPC_PORT: '70000' };
    const read = () => readServiceConfig('tweet', mongoServiceConfig, env);
    expect(read).toThrow(ConfigError);
    for (const name of [
      'REDIS_URL',
      'KAFKA_BROKERS: is not set',
      'AUTH_GRPC',
      'TWEET_GRPC_PORT: must be a whole number',
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
    expect(config).toMatchObject({ HOST: '127.0.0.1', LOG_LEVEL: 'info', RATE_LIMIT: true });
  });
});
