import { describe, expect, it } from 'vitest'
import { executeRun, resumeRun, type RunInput, type RunReport } from '@choirmaster/core'
import type { MemoryStore } from '@choirmaster/core/testing'
import { LAMP, lockOf, RUN, simulate } from '../engine/simulate.js'
import { crashing } from './crashing.js'
import { unlessNothingToResume } from './nothing-to-resume.js'

const NEW = '20261122T030000-fixed1'

describe.each([true, false])('a run that takes over nodes, weak store: %s', (weakStore) => {
  it.each([3, 4, 5, 6, 7])(
    'leaves those that it never touched as they are, killed after append %i and interrupted once resumed (S5)',
    async (at) => {
      const touched = new Set<string>()
      const resume = (again: Parameters<typeof resumeRun>[0]): Promise<RunReport> => {
        for (const event of (again.store as MemoryStore).events(NEW)) {
          if (event.type !== 'intent' || event.change !== 'disable') continue
          for (const n of event.nodes) touched.add(LAMP.nodes[n] as string)
        }
        return resumeRun({ ...again, soft: AbortSignal.abort('SIGINT') })
      }
      const resumed = simulate({
        plan: LAMP,
        weakStore,
        scenario: { nodes: { dev3: [{ fault: 'failed-resources', times: 1 }] } },
        options: { keepDisabled: 'all' },
        async engine(input: RunInput): Promise<RunReport> {
          await executeRun(input)
          const crash = { where: 'after the append', at } as const
          return crashing(crash, () => undefined, resume)({ ...input, run: NEW, adopt: RUN })
        },
      })
      const simulated = await unlessNothingToResume(resumed)
      if (simulated === null) return
      for (const name of LAMP.nodes)
        if (!touched.has(name)) expect(lockOf(simulated, name), name).toContain(RUN)
    },
  )
})
