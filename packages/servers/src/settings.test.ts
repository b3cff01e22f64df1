import { ConfigError } from '@minitwitter/service-kit/config';
import { describe, expect, it } from 'vitest';
import { readSettings } from './settings.ts';

describe('the settings', () => {
  it('are every server, on free ports, in .servers, when nothing is said', () => {
    expect(readSettings([], { XDG_CACHE_HOME: '/cache' })).toEqual({
      dataDir: '.servers',
      cacheDir: '/cache/minitwitter-servers',
      only: ['postgres', 'mongodb', 'redis', 'kafka'],
      ports: {},
      command: [],
    });
  });

  it('name servers, their ports, and a command whose own options are left alone', () => {
    const args = [
      '--only',
      'redis,kafka',
      '--port',
      'redis=6379',
      '--port=kafka=9092',
      '--',
      'run',
      '--only',
      '--',
      'x',
    ];
    expect(readSettings(args, {})).toMatchObject({
      only: ['redis', 'kafka'],
      ports: { redis: 6379, kafka: 9092 },
      command: ['run', '--only', '--', 'x'],
    });
  });

  it('may ask for a new folder, which has no name yet', () => {
    expect(readSettings(['--fresh', '--', 'x'], {})).toMatchObject({ dataDir: undefined, command: ['x'] });
  });

  it('are refused with a list of all that is wrong', () => {
    const read = () => readSettings(['--only', 'redis,mysql', '--port', 'redis=x'], {});
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(/--only: mysql is none of postgres, mongodb, redis, kafka\n.*--port: redis=x is not/);
  });

  it.each([[['--nonsense']], [['redis']], [['--only']]])(
    'are refused where an option is unknown or lacks its value: %j',
    (args) => {
      expect(() => readSettings(args, {})).toThrow(ConfigError);
    },
  );
});
