import { defineConfig } from 'vitest/config'

/** Tests against real servers: minutes of real time, so they are no part of `npm test`. */
export default defineConfig({
  ssr: { resolve: { conditions: ['@choirmaster/source', 'node', 'import', 'default'] } },
  test: {
    root: import.meta.dirname,
    include: ['interop/*.interop.ts'],
    allowOnly: false,
    // Each file has a network of its own, and most of the time all wait.
    maxWorkers: 8,
    // The slowest waits until an unanswered change can no longer happen: 65 s, and what comes before and after,
    // twice for a run that never starts.
    testTimeout: 240_000,
    hookTimeout: 120_000,
    slowTestThreshold: 60_000,
    // What is waited for comes within a second, unless eight networks keep the machine busy.
    expect: { poll: { timeout: 60_000 } },
  },
})
