import { type ServiceName, serviceNames } from '@minitwitter/service-kit/config';
import type { TestProject } from 'vitest/node';
import { startFreshPlatform } from './platform.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    url: string;
    grpc: Record<string, string>;
    subgraphs: Record<string, string>;
    dataDir: string;
  }
}

/** One platform for all stories that do not stop it. */
export default async function setup(project: TestProject) {
  const platform = await startFreshPlatform();
  project.provide('url', platform.url);
  project.provide('dataDir', platform.dataDir);
  const byService = (address: (name: ServiceName) => string) =>
    Object.fromEntries(serviceNames.map((name) => [name, address(name)]));
  project.provide('grpc', byService(platform.grpc));
  project.provide('subgraphs', byService(platform.subgraph));
  return () => platform[Symbol.asyncDispose]();
}
