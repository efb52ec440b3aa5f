import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { conditions: ['@choirmaster/source'] },
  ssr: { resolve: { conditions: ['@choirmaster/source', 'node', 'import', 'default'] } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'packages/*/test/**/*.test.ts', 'tools/**/*.test.ts'],
    testTimeout: 20_000,
  },
})
