import { executeRun, type RunEvent } from '@choirmaster/core'
import { runPlan } from '@choirmaster/core/testing'
import { describe, expect, it } from 'vitest'
import { entries, lockOf, RUN, simulate, violations } from '../engine/simulate.js'

const NEW = '20261122T030000-fixed1'
const PAIR = runPlan([['a', 'b']], [], { 'App[x]': ['a', 'b'] })
const defaults = { run: 5, changes: 1 }

describe('a run that takes over nodes on which changes are open', () => {
  it('waits until what the earlier one sent last has acted, though that one ended (S5, S16)', async () => {
    const simulated = await simulate({
      plan: PAIR,
      scenario: {
        defaults,
        nodes: {
          // The permission probe is its first disable.
          b: [
            { fault: 'late-effect', actions: ['disable'], after_calls: 1, times: 1, seconds: 79 },
          ],
        },
      },
      async engine(input) {
        const hard = new AbortController()
        const interrupt = async (): Promise<void> => {
          await input.clock.sleepUntil(input.clock.now() + 3_000, new AbortController().signal)
          hard.abort('SIGINT')
        }
        const onEvents = (batch: readonly RunEvent[]): void => {
          input.onEvents(batch)
          if (batch.some((event) => event.type === 'phase' && event.phase === 'lock'))
            void interrupt()
        }
        const old = await executeRun({ ...input, onEvents, hard: hard.signal })
        expect(old.left_disabled).toMatchObject({ b: { lock: 'unknown' } })
        return executeRun({ ...input, run: NEW, adopt: RUN, onEvents: () => undefined })
      },
    })
    expect(simulated.report).toMatchObject({ result: 'succeeded', exit: 0, left_disabled: {} })
    simulated.fleet.settle(simulated.clock.now() + simulated.openFor)
    expect(lockOf(simulated, 'b')).toBeUndefined()
  })

  it('names the command that frees a node on which the earlier message stands still (S5)', async () => {
    let runs = 0
    const simulated = await simulate({
      plan: PAIR,
      scenario: { defaults, nodes: { a: [{ fault: 'failed-resources', times: 1 }] } },
      options: { keepDisabled: 'all', width: 1 },
      onEvents(batch, control) {
        for (const event of batch) {
          if (event.type === 'created') runs++
          if (runs === 2 && event.type === 'intent' && event.purpose === 'lock')
            control.interrupt('hard')
        }
      },
      async engine(input) {
        await executeRun(input)
        return executeRun({ ...input, run: NEW, adopt: RUN })
      },
    })
    expect(lockOf(simulated, 'a')).toContain(RUN)
    const command = `choirmaster enable --run ${RUN}`
    expect(simulated.report.left_disabled).toMatchObject({ a: { command } })
  })

  it('enables nodes of both runs at once: none leaves after another was answered (S16)', async () => {
    const simulated = await simulate({
      plan: runPlan([['a'], ['c']], ['a>c'], { 'App[x]': ['a', 'c'] }),
      scenario: {
        defaults,
        nodes: {
          a: [
            { fault: 'failed-resources' },
            // Of the release in the end: those that prove, and those for its runs, come first.
            { fault: 'silent', actions: ['enable'], after_calls: 4, times: 1 },
          ],
          c: [{ fault: 'late-effect', actions: ['enable'], times: 1, seconds: 79 }],
        },
      },
      options: { keepDisabled: 'all' },
      async engine(input) {
        await executeRun(input)
        const options = { ...input.options, keepDisabled: 'none' } as const
        return executeRun({ ...input, run: NEW, adopt: RUN, options })
      },
    })
    // Of the rest the checker, which knows of one run only, cannot tell.
    const early = violations(simulated).filter(({ promise }) => promise === 'S16')
    expect(early.filter(({ node }) => node === 'c')).toEqual([])
    const [sent] = entries(simulated.log, 'enabled', 'c')
    expect(sent).toMatchObject({ message: expect.stringContaining(RUN) })
  })
})
