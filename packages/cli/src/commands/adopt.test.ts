import type { RunReport } from '@choirmaster/core'
import { expect, it } from 'vitest'
import { fakeIo } from '../../test/fake-io.js'
import { fakeWorld } from '../../test/fake-session.js'
import { LAMP } from '../../test/lamp.js'
import { runCommand } from '../../test/run-command.js'
import type { Io } from '../io.js'
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
  expect(io.err()).not.toContain('does not know')
})

it('says before the question that the store does not know the run, whose process may be alive elsewhere', async () => {
  const { openSession } = fakeWorld({ environment: LAMP })
  const run = '20260101T000000-abcdef'
  let told = ''
  const io = fakeIo({ answers: [] })
  const ask: Io['ask'] = () => {
    told = io.out() + io.err()
    return Promise.resolve('n')
  }
  await runCommand(Run, ['--adopt', run], { openSession, io: { ...io, ask } })
  expect(told).toContain(`This run store does not know run ${run}: whether its process is alive`)
})
