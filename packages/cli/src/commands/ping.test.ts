import type { Transport } from '@choirmaster/core/provide'
import { virtualClock } from '@choirmaster/simulator'
import { expect, it } from 'vitest'
import { fakeWorld } from '../../test/fake-session.js'
import { LAMP } from '../../test/lamp.js'
import { runCommand } from '../../test/run-command.js'
import type { OpenSession } from '../session.js'
import Ping from './ping.js'

/** Nodes that answer after so many ms. */
function nodesAfter(after: Readonly<Record<string, number>>): OpenSession {
  const clock = virtualClock(0)
  const transport = {
    async *discover(_agent: string, { signal }: { signal: AbortSignal }) {
      for (const [node, ms] of Object.entries(after)) {
        await clock.sleepUntil(ms, signal)
        yield node
      }
    },
  } as unknown as Transport
  const { openSession } = fakeWorld({ environment: LAMP })
  return async (...asked) => ({
    ...(await openSession(...asked)),
    simulated: false,
    clock,
    openTransport: () => Promise.resolve(transport),
  })
}

it('prints each node with its time, then how many there are', async () => {
  const openSession = nodesAfter({ 'db1.example.net': 12, 'web1.example.net': 17 })
  const io = await runCommand(Ping, [], { openSession })
  expect(io.out()).toBe(
    [
      'db1.example.net                          time=12 ms',
      'web1.example.net                         time=17 ms',
      '',
      '2 nodes answered: min 12 ms, max 17 ms, average 15 ms',
      '',
    ].join('\n'),
  )
  expect(io.exitCode()).toBe(0)
})

it('prints one JSON value under --json', async () => {
  const io = await runCommand(Ping, ['--json'], { openSession: nodesAfter({ db1: 12 }) })
  expect(JSON.parse(io.out())).toEqual({
    schema: 'choirmaster.ping/1',
    replies: [{ node: 'db1', ms: 12 }],
    ...{ count: 1, min_ms: 12, max_ms: 12, average_ms: 12 },
  })
})

it('says what to do when nobody answers, and ends with 5', async () => {
  const io = await runCommand(Ping, [], { openSession: nodesAfter({}) })
  expect(io.out()).toBe('No node answered\n')
  expect(io.err()).toContain('choirmaster doctor')
  expect(io.exitCode()).toBe(5)
  const json = await runCommand(Ping, ['--json'], { openSession: nodesAfter({}) })
  expect(JSON.parse(json.out())).toMatchObject({ replies: [], count: 0, min_ms: null })
})

it('cannot be asked of a transport that knows no broadcast', async () => {
  const { openSession } = fakeWorld({ environment: LAMP })
  const deaf: OpenSession = async (...asked) => ({
    ...(await openSession(...asked)),
    openTransport: () => Promise.resolve({} as Transport),
  })
  const io = await runCommand(Ping, ['--json'], { openSession: deaf })
  expect(JSON.parse(io.out())).toMatchObject({ error: { code: 'discovery-unsupported' } })
  expect(io.exitCode()).toBe(1)
})
