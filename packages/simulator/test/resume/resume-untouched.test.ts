import { executeRun } from '@choirmaster/core'
import { describe, expect, it } from 'vitest'
import { LAMP, RUN, simulate } from '../engine/simulate.js'
import { crashing } from './crashing.js'

const ADOPTER = '20261122T030000-fixed1'

/** What is told of a run that was killed before it touched a node, and is to be resumed. @param adopts it takes the nodes of RUN over */
async function refusal(adopts: boolean, weakStore = false): Promise<unknown> {
  const killed = crashing({ where: 'after the append', at: 1 })
  return simulate({
    plan: LAMP,
    weakStore,
    scenario: { nodes: { dev3: [{ fault: 'failed-resources', times: 1 }] } },
    options: { keepDisabled: 'all' },
    async engine(input) {
      if (!adopts) return killed(input)
      await executeRun(input)
      return killed({ ...input, run: ADOPTER, adopt: RUN })
    },
  }).catch((error: unknown) => error)
}

describe('a run that was killed before it touched a node', () => {
  it('is to be started anew', async () => {
    expect(await refusal(false)).toMatchObject({
      code: 'resume-untouched',
      hint: 'Start a new one with `choirmaster run`.',
    })
  })

  it.each([false, true])('takes the same nodes over then (weak store: %s)', async (weakStore) => {
    expect(await refusal(true, weakStore)).toMatchObject({
      code: 'resume-untouched',
      hint: expect.stringContaining(
        `tart a new one with \`choirmaster run --adopt ${RUN}\``,
      ) as string,
    })
  })
})
