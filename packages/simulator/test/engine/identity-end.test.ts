import { executeRun } from '@choirmaster/core'
import { expect, it } from 'vitest'
import { LAMP, simulate, START } from './simulate.js'

const HOUR = 3_600_000

const withEnd = (hours: number) =>
  simulate({
    plan: LAMP,
    engine: (input) =>
      executeRun({ ...input, agent: { ...input.agent, validUntil: START + hours * HOUR } }),
  })

it('is not begun by somebody whose certificate ends before one run could be seen through', async () => {
  await expect(withEnd(0.5)).rejects.toMatchObject({ code: 'run-identity-ends', exit: 3 })
})

it('tells of a certificate that may end before the last group, and goes on', async () => {
  const { events, report } = await withEnd(1.5)
  const notices = events.filter(({ type }) => type === 'notice')
  expect(notices).toMatchObject([{ level: 'warning', code: 'run-identity-ends' }])
  expect(report.exit).toBe(0)
})
