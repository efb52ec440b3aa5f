import { describe, expect, it } from 'vitest'
import { executeRun, type RunInput, type RunReport } from '@choirmaster/core'
import type { MemoryStore } from '@choirmaster/core/testing'
import { LAMP, lockOf, RUN, simulate, type Simulated } from '../engine/simulate.js'
import { crashing } from './crashing.js'

const SECOND = '20261122T030000-fixed1'
const THIRD = '20261122T040000-fixed2'
const FOURTH = '20261122T050000-fixed3'

type Engine = (input: RunInput) => Promise<RunReport>

/** dev1, on which all others wait, fails in the first runs: two of them, or as many as are said. */
function failing(engine: Engine, times = 2): Promise<Simulated> {
  return simulate({
    plan: LAMP,
    scenario: { nodes: { dev1: [{ fault: 'failed-resources', times }] } },
    engine,
  })
}

/** The first run, and the one that takes over its nodes after a fix that was none. */
async function failTwice(input: RunInput): Promise<void> {
  await executeRun(input)
  const { left_disabled } = await executeRun({ ...input, run: SECOND, adopt: RUN })
  expect(left_disabled).toMatchObject({
    dev1: { command: `choirmaster enable --run ${SECOND}` },
    dev2: { command: `choirmaster enable --run ${RUN}` },
  })
}

describe('a run whose fix failed too', () => {
  it('is taken over whole by the next one: what it had not run carries the first message still', async () => {
    const simulated = await failing(async (input) => {
      await failTwice(input)
      return executeRun({ ...input, run: THIRD, adopt: SECOND })
    })
    expect(simulated.report).toMatchObject({ result: 'succeeded', exit: 0, left_disabled: {} })
    for (const name of LAMP.nodes) expect(lockOf(simulated, name)).toBeUndefined()
  })

  it('so is one after three of them, and its journal tells of all', async () => {
    let created: unknown
    const simulated = await failing(async (input) => {
      await failTwice(input)
      await executeRun({ ...input, run: THIRD, adopt: SECOND })
      const report = await executeRun({ ...input, run: FOURTH, adopt: THIRD })
      created = (input.store as MemoryStore).events(FOURTH)[0]
      return report
    }, 3)
    expect(created).toMatchObject({ adopts: THIRD, adoptsToo: [SECOND, RUN] })
    expect(simulated.report).toMatchObject({ result: 'succeeded', exit: 0, left_disabled: {} })
  })

  it('is resumed with the nodes of both', async () => {
    const simulated = await failing(async (input) => {
      await failTwice(input)
      const crash = { where: 'after the request', at: 20 } as const
      return crashing(crash)({ ...input, run: THIRD, adopt: SECOND })
    })
    expect(simulated.report).toMatchObject({ run: THIRD, result: 'succeeded', left_disabled: {} })
  })

  it('of what stays disabled the command is that of the run whose message it carries (S5)', async () => {
    const simulated = await failing(async (input) => {
      await failTwice(input)
      return executeRun({ ...input, run: THIRD, adopt: SECOND })
    }, 3)
    for (const [name, run] of [
      ['dev1', THIRD],
      ['dev2', RUN],
      ['dev3', RUN],
      ['dev4', RUN],
    ] as const) {
      expect(lockOf(simulated, name)).toContain(run)
      const command = `choirmaster enable --run ${run}`
      expect(simulated.report.left_disabled[name]).toMatchObject({ lock: 'ours', command })
    }
  })

  it('is named where the run before it is to be taken over, which holds not all any more', async () => {
    const simulated = await failing(async (input) => {
      await failTwice(input)
      return executeRun({ ...input, run: THIRD, adopt: RUN })
    })
    expect(simulated.report).toMatchObject({ result: 'refused', exit: 3 })
    expect(simulated.report.nodes['dev1']?.reason).toContain(SECOND)
  })
})
