import type { RunReport } from '@choirmaster/core'
import { expect, it } from 'vitest'
import { fakeWorld } from '../../test/fake-session.js'
import { LAMP } from '../../test/lamp.js'
import { runCommand } from '../../test/run-command.js'
import Run from './run.js'

it('takes over what an earlier run left disabled, and ends well once the cause is mended', async () => {
  const scenario = {
    nodes: { 'dev3.example.net': [{ fault: 'failed-resources', times: 1 }] },
  }
  const { openSession } = fakeWorld({ environment: LAMP, scenario })
  const first = await runCommand(Run, ['--yes', '--json'], { openSession })
  const failed = JSON.parse(first.out()) as RunReport
  expect(failed).toMatchObject({ result: 'failed', exit: 7 })
  const refused = await runCommand(Run, ['--yes', '--json'], { openSession })
  expect(refused.exitCode()).toBe(3)
  const io = await runCommand(Run, ['--adopt', failed.run, '--yes', '--json'], { openSession })
  expect(JSON.parse(io.out())).toMatchObject({ result: 'succeeded', exit: 0, left_disabled: {} })
})
