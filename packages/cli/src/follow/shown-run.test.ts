import { expect, it } from 'vitest'
import { fakeIo } from '../../test/fake-io.js'
import { LAMP } from '../../test/lamp.js'
import { recordRun } from '../../test/record-run.js'
import type { Session } from '../session.js'
import { coloursFor } from '../views/colour.js'
import { shownRun } from './shown-run.js'

const HOUR = 3_600_000

it.each([
  ['an hour ahead', -HOUR],
  ['an hour behind', HOUR],
])('what is waited for is told in the time of who runs, whose clock is %s', async (_, off) => {
  const events = await recordRun({ environment: LAMP })
  const end = events.findIndex(({ type }) => type === 'intent') + 1
  let now = (events[end - 1]?.at ?? 0) + off
  let draw = (): void => undefined
  const io = fakeIo({ tty: true })
  const shown = shownRun(
    {
      session: { clock: { now: () => now } } as Session,
      ...{ io, word: 'last', json: false },
      colours: coloursFor(io.stdout, { NO_COLOR: '1' }),
      ticker: (tick) => {
        draw = tick
        return () => undefined
      },
    },
    'run',
    async function* () {},
  )
  shown.isLive()
  await shown.take({ seq: 0, events: events.slice(0, end) })
  now += 20_000
  const before = io.out().length
  draw()
  expect(io.out().slice(before)).toContain(' for 20 s')
})
