import { executeRun, type Notice } from '@choirmaster/core'
import { expect, it } from 'vitest'
import { LAMP, simulate } from './simulate.js'

const LOST: Notice = {
  level: 'warning',
  code: 'transport-disconnected',
  message: 'The connection to the broker is down',
}
const LATE: Notice = { level: 'debug', code: 'transport-late-reply', message: 'A reply came late' }

it('keeps what a provider tells during a run among its events, but for what is for debugging', async () => {
  let tell: ((notice: Notice) => void) | undefined
  let stopped = 0
  const { events, report } = await simulate({
    plan: LAMP,
    onEvents(batch) {
      if (batch.some(({ type }) => type === 'started')) for (const one of [LATE, LOST]) tell?.(one)
    },
    engine: (input) =>
      executeRun({
        ...input,
        listen(heard) {
          tell = heard
          return () => void stopped++
        },
      }),
  })
  const notices = events.filter(({ type }) => type === 'notice')
  expect(notices).toMatchObject([
    { type: 'notice', ...LOST },
    { type: 'notice', ...LOST },
  ])
  expect(report.exit).toBe(0)
  expect(stopped).toBe(1)
})
