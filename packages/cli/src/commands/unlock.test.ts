import type { RunHeader } from '@choirmaster/core'
import { memoryStore } from '@choirmaster/core/testing'
import { expect, it } from 'vitest'
import { fakeWorld } from '../../test/fake-session.js'
import { LAMP } from '../../test/lamp.js'
import { runCommand } from '../../test/run-command.js'
import Unlock from './unlock.js'

const call = { signal: new AbortController().signal }
const HEADER: RunHeader = {
  run: '20261122T111547-k3f9q2',
  at: '2026-11-22T11:15:47.000Z',
  by: 'choria=rip.mcollective',
  environment: 'production',
  nodes: 2,
}

async function locked() {
  const store = memoryStore()
  const { openSession } = fakeWorld({ environment: LAMP, store })
  await (await store.create(HEADER, call)).close?.()
  const lease = await store.lock(['dev1', 'dev2'], HEADER, call)
  return { store, openSession, lease }
}

it('takes the lock of a run away whose process is gone, after a question that names the holder', async () => {
  const { store, openSession, lease } = await locked()
  store.orphan(HEADER.run)
  const no = await runCommand(Unlock, ['last'], { openSession, answers: ['n'] })
  expect(no.asked[0]).toBe(
    'Take away the lock that run 20261122T111547-k3f9q2 of choria=rip.mcollective on memory (process 1) since 2026-11-22T11:15:47.000Z, last sign of life 2026-11-22T11:15:47.000Z has on 2 nodes? (y/n) ',
  )
  expect(no.exitCode()).toBe(3)
  await lease.check()
  const yes = await runCommand(Unlock, [HEADER.run, '--yes'], { openSession })
  expect(yes.out()).toBe(`Run ${HEADER.run} holds no lock any more\n`)
  await expect(lease.check()).rejects.toMatchObject({ code: 'store-lease-lost' })
})

it('is refused while the process is alive, and where there is no lock', async () => {
  const { openSession, lease } = await locked()
  const refusal = async (): Promise<unknown> => {
    const io = await runCommand(Unlock, ['last', '--yes', '--json'], { openSession })
    expect(io.exitCode()).toBe(3)
    return JSON.parse(io.out())
  }
  expect(await refusal()).toMatchObject({ error: { code: 'store-lock-alive' } })
  await lease.release()
  expect(await refusal()).toMatchObject({ error: { code: 'store-not-locked' } })
})

it('says of a run that the store does not know that it does not know it', async () => {
  const { openSession } = await locked()
  const io = await runCommand(Unlock, ['nonsense', '--yes', '--json'], { openSession })
  expect(JSON.parse(io.out())).toMatchObject({ error: { code: 'store-run-unknown' } })
  expect(io.exitCode()).toBe(1)
})
