import { expect, it } from 'vitest'
import type { RunStore } from '@choirmaster/core'
import { fakeWorld } from '../../test/fake-session.js'
import { LAMP } from '../../test/lamp.js'
import { pastStore } from '../../test/past-store.js'
import { runCommand } from '../../test/run-command.js'
import { findRun } from '../find-run.js'
import { createdOf } from '../read-events.js'
import Run from './run.js'

/** What the newest run of a store knew when it began. */
async function known(store: RunStore): Promise<unknown> {
  return (await createdOf(store, await findRun(store, 'last', 'RUN'))).past
}

const SECONDS = { 'dev1.example.net': 40, 'dev2.example.net': 40, 'dev3.example.net': 40 }

it('a run knows what past runs took, says of how many nodes, and keeps it in its journal', async () => {
  const store = await pastStore({ seconds: SECONDS })
  const { openSession } = fakeWorld({ environment: LAMP, store, simulated: false })
  const io = await runCommand(Run, ['--yes'], { openSession })
  expect(io.exitCode()).toBe(0)
  expect(io.out()).toContain('\nRun times of 3 nodes from past runs, of 1 assumed.\n')
  expect(await known(store)).toEqual({ runs: 3, spread: [43, 43, 43], nodes: [43, 43, 43, null] })
})

it('nothing is said, and nothing kept, without a past; the past of real nodes is none of simulated ones', async () => {
  for (const simulated of [false, true]) {
    const store = simulated ? await pastStore({ seconds: SECONDS }) : await pastStore()
    const { openSession } = fakeWorld({ environment: LAMP, store, simulated })
    const io = await runCommand(Run, ['--yes'], { openSession })
    expect(io.out()).not.toContain('past runs')
    expect(await known(store)).toBeUndefined()
  }
})

it('a past that cannot be read is a notice, and the run goes on', async () => {
  const whole = await pastStore()
  const store: RunStore = {
    ...whole,
    // eslint-disable-next-line require-yield -- it never comes to that
    async *list() {
      throw new Error('the disk is on fire')
    },
  }
  const { openSession } = fakeWorld({ environment: LAMP, store, simulated: false })
  const io = await runCommand(Run, ['--yes'], { openSession })
  expect(io.exitCode()).toBe(0)
  expect(io.err()).toContain('Past runs cannot be read')
  expect(io.err()).toContain('the disk is on fire')
})
