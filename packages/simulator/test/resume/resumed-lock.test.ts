import { resumeRun, type HeldLock, type ResumeInput } from '@choirmaster/core'
import { expect, it } from 'vitest'
import { LAMP, simulate } from '../engine/simulate.js'
import { crashing } from './crashing.js'

it('the lock of a run that is gone on with names who goes on with it, since then', async () => {
  const held: HeldLock[] = []
  let resumedAt = 0
  const goOn = async (input: ResumeInput) => {
    const { store, clock, hard } = input
    resumedAt = clock.now()
    const agent = { ...input.agent, caller: 'choria=ann.mcollective' }
    let looked: Promise<void> | undefined
    const look = async (): Promise<void> => {
      for await (const lock of store.locks({ signal: hard })) held.push(lock)
    }
    const report = await resumeRun({ ...input, agent, onEvents: () => void (looked ??= look()) })
    await looked
    return report
  }
  await simulate({
    plan: LAMP,
    engine: crashing({ where: 'after the append', at: 20 }, undefined, goOn),
  })
  expect(held).toMatchObject([{ by: 'choria=ann.mcollective', epoch: 2 }])
  expect(Date.parse(held[0]?.since ?? '')).toBe(resumedAt)
})
