import type { LeftDisabled, RunReport } from '@choirmaster/core'
import { reportFromEvents } from '@choirmaster/core'
import { expect, it } from 'vitest'
import { LAMP } from '../../test/lamp.js'
import { recordRun } from '../../test/record-run.js'
import { coloursFor } from './colour.js'
import { type Freeing, summaryText } from './report-text.js'

const plain = coloursFor({ write: () => {} }, { NO_COLOR: '1' })
const command = 'choirmaster enable --run r1'

async function leftBehind(freeing?: Freeing): Promise<string> {
  const report = reportFromEvents(await recordRun({ environment: LAMP }))
  const left: Record<string, LeftDisabled> = {
    dev1: { lock: 'ours', reason: 'failed: 1 of 10 resources failed', command },
    dev2: { lock: 'foreign', reason: 'disabled by somebody else: "x"', command: 'ask who' },
    dev3: { lock: 'unknown', reason: 'unknown: no answer', command },
  }
  const told: RunReport = { ...report, left_disabled: left }
  const [, ...lines] = summaryText(told, plain, freeing)
  return lines.join('\n')
}

it('tells apart what we disabled, what others did, and what is not known', async () => {
  expect(await leftBehind()).toMatchInlineSnapshot(`
    "
    Disabled by us:
      dev1  failed: 1 of 10 resources failed
    Enable them with: choirmaster enable --run r1

    Not known whether disabled:
      dev3  unknown: no answer
    Asked again, and enabled where disabled by us, with: choirmaster enable --run r1

    Disabled by somebody else:
      dev2  disabled by somebody else: "x"
    Ask them: choirmaster enables only what it disabled itself"
  `)
})

it('gives no command for a simulated fleet that is gone', async () => {
  const text = await leftBehind(() => undefined)
  expect(text).not.toContain('enable --run')
  expect(text).toContain('The simulated fleet ended with this command')
})

it('tells that code changed under the run, and on which nodes', async () => {
  const report = reportFromEvents(await recordRun({ environment: LAMP }))
  const told: RunReport = { ...report, code_changed: { '3f9c1d2': ['dev1', 'dev3'], b: ['dev2'] } }
  const [, ...lines] = summaryText(told, plain)
  expect(lines.join('\n')).toMatchInlineSnapshot(`
    "
    Warning: code changed under the run, so its order is that of older code:
      3f9c1d2  dev1, dev3
      b        dev2"
  `)
})
