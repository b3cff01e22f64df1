import { run } from '@minitwitter/service-kit/lifecycle';
import { loadConfig } from './config.ts';
import { start } from './start.ts';

await run(() => start(loadConfig(process.env)));
