import type { RunEvent } from '@choirmaster/core'
import { site } from '@choirmaster/core/testing'
import { expect, it } from 'vitest'
import { LAMP } from '../../test/lamp.js'
import { recordRun } from '../../test/record-run.js'
import { follow } from './follow.js'
import { waitingFor } from './waiting.js'

/** The line after each event, where it is another than before; spans of time are `SPAN`. */
function linesOf(events: readonly RunEvent[]): string[] {
  const run = follow()
  const lines: string[] = []
  for (const event of events) {
    run.fold(event)
    const line = run.state && waitingFor(run.state, run.since, event.at)
    const timeless = line?.replace(/(\d+ min )?\d+ s\b/g, 'SPAN')
    if (timeless !== undefined && timeless !== lines.at(-1)) lines.push(timeless)
  }
  return lines
}

it('says in each phase who is being waited for and how long already', async () => {
  const lines = linesOf(await recordRun({ environment: LAMP }))
  expect(lines).toContain('Looking for SPAN: 0 of 4 nodes answered')
  expect(lines).toContain('Disabling for SPAN: dev1.example.net')
  expect(lines).toContain('Disabling for SPAN: dev3.example.net, dev4.example.net')
  expect(lines).toContain('Waiting until idle for SPAN: dev3.example.net, dev4.example.net')
  expect(lines).toContain('Waiting for dev1.example.net SPAN (0 of 4 nodes done)')
  expect(lines).toContain('Waiting for dev4.example.net SPAN (3 of 4 nodes done)')
  expect(lines).toContain('Enabling for SPAN: dev4.example.net')
})

it('names four and counts the rest', async () => {
  const builder = site().application('A[1]')
  for (let n = 0; n < 9; n += 1) builder.component(`C[${n}]`, `n${n}`)
  const lines = linesOf(await recordRun({ environment: builder.build(), options: { width: 6 } }))
  expect(lines).toContain(
    'Waiting for n0 SPAN, n1 SPAN, n2 SPAN, n3 SPAN and 2 more (0 of 9 nodes done)',
  )
})
