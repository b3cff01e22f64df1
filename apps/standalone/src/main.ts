import { enableCompileCache } from 'node:module';

enableCompileCache();
const { run } = await import('@minitwitter/service-kit/lifecycle');
const { loadConfig } = await import('./config.ts');
const { start } = await import('./start.ts');

await run(() => start(loadConfig(process.env), process.env));
