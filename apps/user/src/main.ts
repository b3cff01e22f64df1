import { run } from '@minitwitter/service-kit/lifecycle';
import { withServers } from '@minitwitter/service-kit/servers';
import { loadConfig } from './config.ts';
import { start } from './start.ts';

await run(() => withServers('user', ['postgres', 'redis', 'bus'], process.env, (env) => start(loadConfig(env))));
