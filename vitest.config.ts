import { defineConfig } from 'vitest/config';

const exclude = ['**/node_modules/**', '**/gen/**'];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['*.test.ts', '{apps,packages,rest-bridge,prisma}/**/*.test.ts'],
          exclude: [...exclude, '**/*.int.test.ts'],
        },
      },
      {
        test: {
          name: 'int',
          include: ['{apps,packages,rest-bridge,prisma}/**/*.int.test.ts'],
          exclude,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['e2e/**/*.e2e.test.ts'],
          exclude: [...exclude, 'e2e/chaos/**'],
          globalSetup: ['e2e/support/global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 90_000,
        },
      },
      {
        test: {
          name: 'chaos',
          include: ['e2e/chaos/*.e2e.test.ts'],
          exclude,
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
