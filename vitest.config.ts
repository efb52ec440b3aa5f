import { defineConfig } from 'vitest/config'

export default defineConfig({
  // Packages resolve to each other's sources (`exports` in their package.json), so that a test never
  // sees a stale build. Only commands that a test starts as a process of their own run what is built.
  ssr: { resolve: { conditions: ['@choirmaster/source', 'node', 'import', 'default'] } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'packages/*/test/**/*.test.ts', 'tools/**/*.test.ts'],
    // A focused test would leave the others out unseen.
    allowOnly: false,
    // No test sleeps, so a second means too much work: the report names such tests.
    slowTestThreshold: 1_000,
    // Against hangs only; 20 times what is called slow, since a loaded machine is no failure.
    testTimeout: 20_000,
  },
})
