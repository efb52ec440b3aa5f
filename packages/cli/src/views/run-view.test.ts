import type { RunEvent } from '@choirmaster/core'
import { expect, it } from 'vitest'
import { fakeIo } from '../../test/fake-io.js'
import { LAMP } from '../../test/lamp.js'
import { recordRun } from '../../test/record-run.js'
import { coloursFor } from './colour.js'
import { runView } from './run-view.js'

/** Shows events on a terminal whose live line is drawn after each of them. */
function show(events: readonly RunEvent[], tty: boolean): string {
  const io = fakeIo({ tty, columns: 60 })
  let draw = (): void => {}
  let now = 0
  const view = runView(
    io.stdout,
    coloursFor(io.stdout, { NO_COLOR: '1' }),
    () => now,
    (tick) => {
      draw = tick
      return () => {}
    },
  )
  for (const event of events) {
    now = event.at
    view.onEvents([event])
    draw()
  }
  view.pause()
  return io.out()
}

/** What a terminal shows in the end: a line that was taken away leaves nothing. */
function screen(text: string): string {
  return text.replace(/\r\x1b\[2K[^\n]*?(?=\r\x1b\[2K)/g, '').replaceAll('\r\x1b[2K', '')
}

it('leaves on a terminal what it writes to a pipe', async () => {
  const events = await recordRun({ environment: LAMP })
  const terminal = show(events, true)
  const pipe = show(events, false)
  expect(terminal).toContain('\r\x1b[2KWaiting for dev1.example.net')
  expect(pipe).not.toContain('\x1b')
  expect(screen(terminal)).toBe(pipe)
})

it('draws no line that is wider than the terminal', async () => {
  const events = await recordRun({ environment: LAMP })
  const drawn = [...show(events, true).matchAll(/\r\x1b\[2K([^\r\n]*)(?=\r)/g)]
  for (const [, line = ''] of drawn) expect(line.length).toBeLessThan(60)
})

it('gives up showing, not the run, when it cannot understand an event', async () => {
  const [first, ...rest] = await recordRun({ environment: LAMP })
  const wrong = { type: 'started', at: 0, nodes: [99] } as const
  const text = show([first as RunEvent, wrong, ...rest], false)
  expect(text).toContain('The run goes on, but cannot be shown: RangeError')
  expect(text).not.toContain('Group 1')
})

it('shows what providers told during the run where it happened', async () => {
  const events = await recordRun({ environment: LAMP })
  const at = events.findIndex(({ type }) => type === 'started')
  const notice: RunEvent = {
    ...{ type: 'notice', at: events[at]?.at ?? 0, level: 'info', code: 'transport-reconnected' },
    message: 'Connected to the broker again\x1b[2J',
  }
  const told = show([...events.slice(0, at + 1), notice, ...events.slice(at + 1)], false)
  expect(told).toMatch(
    /Running Puppet on dev1.example.net\n\S+ Note: Connected to the broker again/,
  )
  expect(told).not.toContain('\x1b')
})
